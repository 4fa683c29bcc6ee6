package dev.varve.command.axon;

import dev.varve.api.log.CommandMetadata;

/**
 * One command of a batch.
 *
 * @param <C> the sealed type of the commands
 * @param command what is asked
 * @param metadata what is known about it besides its content
 */
public record BatchItem<C>(C command, CommandMetadata metadata) {}
