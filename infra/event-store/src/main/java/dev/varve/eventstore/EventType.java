package dev.varve.eventstore;

/**
 * What the log knows of one kind of event.
 *
 * @param name stored name, never a class name, e.g. {@code execution.node-completed}
 * @param streamType type of the streams it occurs in
 * @param revision revision of the shape that is written now, from 1
 * @param payload the record
 */
public record EventType(String name, String streamType, int revision, Class<?> payload) {}
