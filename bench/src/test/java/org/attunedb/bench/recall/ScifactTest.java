package org.attunedb.bench.recall;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Files;
import java.nio.file.Path;
import org.attunedb.bench.Cli;
import org.attunedb.core.codec.StrictJson;
import org.junit.jupiter.api.Test;

/** Real data: {@code ATTUNE_DATA} names a folder with SciFact in {@code beir/scifact}. */
class ScifactTest {
  private static final double MIN_BASE_RECALL = 0.76;
  private static final double MIN_ADAPTED_RECALL = 0.89;

  @Test
  void run_scifact_reachesTheExpectedRecallWithoutAndWithAdapter() {
    String data = System.getenv("ATTUNE_DATA");
    Path folder = Path.of(data == null ? "" : data).resolve("beir/scifact");
    if (data == null || !Files.isDirectory(folder)) {
      String reason = data == null ? "ATTUNE_DATA is not set" : folder + " is not a folder";
      System.out.println("skipped: recall on SciFact, because " + reason);
      assumeTrue(false, reason);
    }

    Cli run =
        Cli.run("bench", "recall", "--beir", folder.toString(), "--seed", "42", "--output", "json");

    assertThat(run.code()).as(run.err()).isZero();
    ObjectNode json = StrictJson.readObject(run.out(), "stdout");
    assertThat(recallAt10(json, false)).isGreaterThanOrEqualTo(MIN_BASE_RECALL);
    assertThat(recallAt10(json, true)).isGreaterThanOrEqualTo(MIN_ADAPTED_RECALL);
  }

  private static double recallAt10(ObjectNode json, boolean adapter) {
    for (JsonNode row : json.path("results")) {
      if (row.path("mode").textValue().equals("VECTOR")
          && row.path("subset").textValue().equals("all")
          && row.path("adapter").booleanValue() == adapter) {
        return row.path("recall@10").doubleValue();
      }
    }
    throw new AssertionError("no row of vector search");
  }
}
