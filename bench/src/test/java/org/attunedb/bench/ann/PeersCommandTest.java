package org.attunedb.bench.ann;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.attunedb.bench.Cli;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** {@code attune bench peers}: the peers that are installed, and the contract of the scripts. */
class PeersCommandTest {
  @TempDir private static Path data;

  @BeforeAll
  static void generate() {
    Cli run =
        Cli.run(
            "bench",
            "ann",
            "generate",
            data.toString(),
            "--n",
            "3000",
            "--d",
            "24",
            "--queries",
            "40");
    assertThat(run.code()).as(run.err()).isZero();
  }

  private static Cli peers(String... more) {
    List<String> words = new ArrayList<>(List.of("bench", "peers"));
    words.addAll(List.of("--base", data.resolve("base.fvecs").toString()));
    words.addAll(List.of("--query", data.resolve("query.fvecs").toString()));
    words.addAll(List.of("--groundtruth", data.resolve("groundtruth.ivecs").toString()));
    words.addAll(List.of("--warmup", "0", "--rounds", "2", "--ef", "20,100"));
    words.addAll(List.of("--engine", "attune_float32"));
    words.addAll(Arrays.asList(more));
    return Cli.run(words.toArray(String[]::new));
  }

  @ParameterizedTest
  @EnumSource
  void peers_eachPeer_findsTheNeighboursOrSaysWhatToInstall(PeerScript peer) {
    Cli run = peers("--peer", peer.label());

    assertThat(run.code()).as(run.err()).isZero();
    if (run.err().contains(peer.label() + ": skipped: ")) {
      assertThat(run.err()).contains("install it with: ");
      return;
    }
    List<String> rows =
        run.out().lines().filter(line -> line.startsWith(peer.label() + " ")).toList();
    assertThat(rows).isNotEmpty();
    assertThat(Double.parseDouble(rows.getLast().split("\\|")[2].strip())).isGreaterThan(0.97);
    assertThat(run.out()).contains("Median times at equal recall");
  }

  /** A folder of scripts in which one peer does something else. */
  private static Path scripts(String body) throws IOException {
    Path folder = Files.createTempDirectory(data, "scripts");
    Files.writeString(folder.resolve("hnswlib_cpp.sh"), "#!/bin/sh\n" + body + "\n");
    return folder;
  }

  private static Cli scripted(String body, String... more) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("--peer", "hnswlib_cpp", "--scripts", scripts(body).toString()));
    words.addAll(Arrays.asList(more));
    return peers(words.toArray(String[]::new));
  }

  @Test
  void peers_unavailable_isSkippedByNameWithTheReason() throws IOException {
    Cli run =
        scripted("echo 'no such thing; install it with: magic' >&2; exit 69", "--output", "json");

    assertThat(run.code()).isZero();
    assertThat(run.err()).contains("hnswlib_cpp: skipped: no such thing; install it with: magic");
    assertThat(run.out())
        .contains(
            "{\"skipped\":\"hnswlib_cpp\",\"reason\":\"no such thing; install it with: magic\"}")
        .doesNotContain("\"ratio\"");
  }

  @Test
  void peers_failure_isTold() throws IOException {
    assertThat(scripted("echo broken >&2; exit 3").err())
        .contains("hnswlib_cpp: skipped: it failed with code 3: broken");
  }

  @Test
  void peers_outputThatIsNone_isRefused() throws IOException {
    Cli run = scripted("echo '{\"engine\": \"x\"}'");

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("hnswlib_cpp: 'n' is missing");
  }

  @Test
  void peers_arguments_arePassedOnAndResultsCompared() throws IOException {
    Path plot = data.resolve("plot.html");
    Path words = data.resolve("words");
    String line =
        "{\"engine\":\"hnswlib_cpp\",\"n\":3000,\"d\":24,\"parameters\":{\"k\":7,\"ef\":20},"
            + "\"build_s\":1,\"build_cpu_s\":1,\"disk_bytes\":null,\"heap_bytes\":null,"
            + "\"rss_bytes\":null,\"recall\":1,\"qps\":10,\"p50_us\":100000,\"p99_us\":200000}";
    Cli run =
        scripted(
            "echo \"$@\" > '" + words + "'; echo noise; echo '" + line + "'",
            "--k",
            "7",
            "--m",
            "9",
            "--ef-construction",
            "77",
            "--similarity",
            "dot_product",
            "--plot",
            plot.toString(),
            "--output",
            "json");

    assertThat(run.code()).as(run.err()).isZero();
    assertThat(words)
        .content()
        .contains("--base " + data.resolve("base.fvecs"), "--groundtruth ", "--query ")
        .contains("--k 7 --ef 20,100 --similarity dot_product --rounds 2 --warmup 0.0 --m 9")
        .contains("--ef-construction 77");
    assertThat(run.out())
        .contains("\"peer\":\"hnswlib_cpp\",\"recall\":0.99,\"engine_p50_us\":")
        // Below 0.001 it has an exponent.
        .containsPattern("\"peer_p50_us\":100000\\.0,\"ratio\":(0\\.0|[1-9]\\.\\dE-)");
    assertThat(plot).content().contains("<svg", "hnswlib_cpp", "attune_float32");
  }

  @Test
  void peers_folderWithoutScripts_isRefused() {
    Cli run = peers("--scripts", data.toString());

    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).contains("has no hnswlib_cpp.sh, expected the peers' scripts");
  }
}
