package org.attunedb.index;

import java.time.Instant;

/**
 * Something that happened to a training job.
 *
 * @param time when, by the store's clock
 * @param text one line for people
 */
public record JobLogEntry(Instant time, String text) {}
