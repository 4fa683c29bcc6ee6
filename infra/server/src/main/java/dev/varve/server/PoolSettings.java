package dev.varve.server;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How many connections this node holds and for how long; limits and meaning are in {@link
 * SettingCatalog}.
 *
 * @param databasePoolSize most connections in each pool but that of heartbeats; count
 * @param databasePoolWait longest wait for a free one
 * @param databasePoolLifetime age at which one is replaced
 * @param databaseIdleTransaction longest pause of a transaction before the database ends it
 * @param settleTime how long a commit whose connection was lost is looked after
 */
@ConfigurationProperties("varve")
public record PoolSettings(
    @DefaultValue("8") int databasePoolSize,
    @DefaultValue("5s") Duration databasePoolWait,
    @DefaultValue("30m") Duration databasePoolLifetime,
    @DefaultValue("10s") Duration databaseIdleTransaction,
    @DefaultValue("30s") Duration settleTime) {}
