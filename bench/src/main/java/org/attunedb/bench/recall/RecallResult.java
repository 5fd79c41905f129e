package org.attunedb.bench.recall;

import java.util.Optional;
import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.embedding.EmbedderInfo;
import org.attunedb.core.evaluation.RecallReport;
import org.attunedb.core.training.GateDecision;

/**
 * What one run of the benchmark measured.
 *
 * @param adapter the published weights; empty if the gate stayed closed
 * @param applyMicros median time to adapt one query, in microseconds; 0 without an adapter
 */
record RecallResult(
    DatasetSize dataset,
    EmbedderInfo embedder,
    Timings timings,
    GateDecision gate,
    Optional<AdapterWeights> adapter,
    double applyMicros,
    RecallReport report) {
  /** What was loaded. */
  record DatasetSize(String name, long documents, int trainQueries, int testQueries) {}

  /** Wall times in seconds. */
  record Timings(double ingestSeconds, double trainSeconds, double evaluateSeconds) {}
}
