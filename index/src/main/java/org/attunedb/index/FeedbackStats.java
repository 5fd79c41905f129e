package org.attunedb.index;

import java.time.Instant;
import java.util.Optional;

/**
 * What a collection keeps of its feedback.
 *
 * @param entries that are kept
 * @param choices those of them with a chosen document
 * @param dropped older entries that made room for newer ones
 * @param bytes of the files
 * @param unreadableBytes damaged, or never finished because the process or the machine died
 * @param oldest time of the first entry
 * @param newest time of the last entry
 */
public record FeedbackStats(
    long entries,
    long choices,
    long dropped,
    long bytes,
    long unreadableBytes,
    Optional<Instant> oldest,
    Optional<Instant> newest) {}
