package org.attunedb.index.internal.lucene;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.attunedb.index.SimdProvider;
import org.junit.jupiter.api.Test;

class SimdTest {
  /** What {@link Simd} says in a process of its own. */
  public static void main(String[] arguments) {
    System.out.println(Simd.provider());
  }

  private static String said(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), SimdTest.class.getName()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
  }

  @Test
  void provider_withAndWithoutTheModule_isWhatLuceneChose() throws IOException {
    assertThat(said()).isEqualTo("SCALAR");
    assertThat(said("--add-modules=jdk.incubator.vector")).isEqualTo("PANAMA");
  }

  @Test
  void provider_thisProcess_isPanama() {
    assertThat(Simd.provider()).isEqualTo(SimdProvider.PANAMA);
  }
}
