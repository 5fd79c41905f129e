package org.attunedb.bench.training;

import java.util.OptionalLong;
import org.attunedb.core.training.GateDecision;

/**
 * What a training took.
 *
 * @param seconds wall time of the job
 * @param cpuSeconds processor time of all threads meanwhile
 * @param peakRssBytes most resident memory of the process so far, heap, native memory and mapped
 *     files; empty where the operating system does not tell
 * @param peakHeapBytes most heap in use, garbage included
 * @param decision the gate's verdict
 */
record TrainingCost(
    double seconds,
    double cpuSeconds,
    OptionalLong peakRssBytes,
    long peakHeapBytes,
    GateDecision decision) {}
