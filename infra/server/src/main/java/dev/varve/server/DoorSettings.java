package dev.varve.server;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What clients may ask of the HTTP doors; limits and meaning are in {@link SettingCatalog}.
 *
 * @param rateLimit most requests per second and API key; count
 * @param commandsWaiting most commands from outside that are being decided or wait; count
 * @param streamHeartbeat a stream of events that is silent for so long sends a comment
 */
@ConfigurationProperties("varve")
public record DoorSettings(
    @DefaultValue("10000") int rateLimit,
    @DefaultValue("1000") int commandsWaiting,
    @DefaultValue("15s") Duration streamHeartbeat) {}
