package org.attunedb.server.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the launcher in a checkout of stubs: a Java that repeats its arguments, a Maven that notes.
 */
class LauncherTest {
  private static final Path LAUNCHER = Path.of("..", "attune").toAbsolutePath().normalize();
  private static final String JAR = "bench/target/dist/lib/bench.jar";
  private static final String STAMP = "bench/target/dist/.built";

  @TempDir private Path temp;
  private Path checkout = Path.of("");
  private Path tools = Path.of("");
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void makeCheckout() throws IOException {
    assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "the launcher is for POSIX systems");
    checkout = Files.createDirectories(temp.resolve("a checkout"));
    Files.copy(LAUNCHER, checkout.resolve("attune"));
    makeExecutable(checkout.resolve("attune"));
    write("pom.xml", "");
    write("server/src/main/java/A.java", "");
    tools = Files.createDirectories(temp.resolve("tools"));
    for (String tool :
        List.of("cat", "dirname", "readlink", "sed", "head", "find", "mkdir", "rm", "mv", "tail")) {
      // A script, because JUnit warns of every symbolic link that leads out of its folder.
      Files.writeString(tools.resolve(tool), "#!/bin/sh\nexec '" + locate(tool) + "' \"$@\"\n");
      makeExecutable(tools.resolve(tool));
    }
    environment.put("PATH", tools.toString());
    environment.put("ATTUNE_JDK_ROOTS", temp.resolve("no jdks").toString());
  }

  @Test
  void run_onlyOldJava_saysWhatIsMissing() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", jdk("old/jdk-17", "17.0.15").toString());

    Run run = run(checkout.resolve("attune"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .containsExactly(
            "attune: needs a JDK of version 21 or newer and found none;"
                + " install one or set JAVA_HOME");
  }

  @Test
  void run_builtCheckout_startsJavaWithTheFlags() throws IOException, InterruptedException {
    built();
    environment.put("JAVA_HOME", jdk("jdk 21", "21.0.2").toString());
    environment.put("ATTUNE_JAVA_OPTS", "-Xmx1g -Dx=y");

    Run run = run(checkout.resolve("attune"), "search", "two words", "");

    assertThat(run.err()).isEmpty();
    assertThat(run.code()).isEqualTo(7);
    assertThat(run.out())
        .startsWith("java 21.0.2", "OMP_WAIT_POLICY=PASSIVE")
        .containsSequence(
            "<--add-modules=jdk.incubator.vector>", "<--enable-native-access=ALL-UNNAMED>")
        .contains("<-Dai.djl.offline=true>", "<-Dattune.stderr.terminal=false>")
        .containsSequence("<-Xmx1g>", "<-Dx=y>", "<-cp>")
        .contains("<" + checkout.toRealPath() + "/bench/target/dist/lib/*>")
        .endsWith("<org.attunedb.server.cli.AttuneCli>", "<search>", "<two words>", "<>");
  }

  @Test
  void run_throughSymbolicLinks_findsItsCheckout() throws IOException, InterruptedException {
    built();
    environment.put("JAVA_HOME", jdk("jdk-21", "21").toString());
    Path bin = Files.createDirectories(temp.resolve("some bin"));
    Files.createSymbolicLink(bin.resolve("real"), Path.of("..", "a checkout", "attune"));
    Files.createSymbolicLink(bin.resolve("attune"), Path.of("real"));

    Run run = run(bin.resolve("attune"));

    assertThat(run.out()).contains("<" + checkout.toRealPath() + "/bench/target/dist/lib/*>");
  }

  @Test
  void run_oldJavaHome_takesTheNewestOfTheUsualFolders() throws IOException, InterruptedException {
    built();
    environment.put("JAVA_HOME", jdk("old/jdk-17", "17.0.15").toString());
    jdk("first root/jdk-21", "21.0.9");
    Path second = jdk("second/jdk-25.jdk/Contents/Home", "25.0.1");
    Files.writeString(second.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"25.0.1\"\n");
    environment.put("ATTUNE_JDK_ROOTS", temp.resolve("first root") + ":" + temp.resolve("second"));

    assertThat(run(checkout.resolve("attune")).out()).startsWith("java 25.0.1");
  }

  @Test
  void run_javaOnThePathOnly_isTaken() throws IOException, InterruptedException {
    built();
    Files.createSymbolicLink(tools.resolve("java"), jdk("jdk-21", "21.0.9").resolve("bin/java"));

    assertThat(run(checkout.resolve("attune")).out()).startsWith("java 21.0.9");
  }

  @Test
  void run_notBuilt_buildsOnceAndStarts() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", jdk("jdk-21", "21").toString());
    maven("mkdir -p bench/target/dist/lib");

    Run first = run(checkout.resolve("attune"));
    Run second = run(checkout.resolve("attune"));

    assertThat(first.err()).containsExactly("building attune (first use, takes a minute or two) …");
    assertThat(first.out()).startsWith("java 21");
    assertThat(second.err()).isEmpty();
    assertThat(checkout.resolve("bench/target/dist-build.log"))
        .content()
        .startsWith("mvn -q -B -DskipTests -Dquick package");
  }

  @Test
  void run_sourceNewerThanTheStamp_buildsAgain() throws IOException, InterruptedException {
    built();
    environment.put("JAVA_HOME", jdk("jdk-21", "21").toString());
    maven("mkdir -p bench/target/dist/lib");
    Files.setLastModifiedTime(
        checkout.resolve("server/src/main/java/A.java"),
        FileTime.from(Instant.now().plusSeconds(60)));

    assertThat(run(checkout.resolve("attune")).err())
        .hasSize(1)
        .first()
        .asString()
        .contains("building");
  }

  @Test
  void run_sourceNewerButBuildSkipped_starts() throws IOException, InterruptedException {
    write(JAR, "");
    environment.put("JAVA_HOME", jdk("jdk-21", "21").toString());
    environment.put("ATTUNE_SKIP_BUILD", "1");

    Run run = run(checkout.resolve("attune"));

    assertThat(run.err()).isEmpty();
    assertThat(run.out()).startsWith("java 21");
  }

  @Test
  void run_buildFails_showsTheLogAndItsPlace() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", jdk("jdk-21", "21").toString());
    maven("echo 'cannot find symbol'; exit 1");

    Run run = run(checkout.resolve("attune"));

    assertThat(run.code()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err())
        .contains("cannot find symbol")
        .last()
        .asString()
        .startsWith("attune: the build failed, see ")
        .endsWith("/bench/target/dist-build.log");
  }

  @Test
  void run_notBuiltAndNoMaven_saysWhatIsMissing() throws IOException, InterruptedException {
    environment.put("JAVA_HOME", jdk("jdk-21", "21").toString());

    assertThat(run(checkout.resolve("attune")).err())
        .containsExactly("attune: needs Maven (mvn) to build itself and found none on the PATH");
  }

  private record Run(int code, List<String> out, List<String> err) {}

  private Run run(Path launcher, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("/bin/sh", launcher.toString()));
    command.addAll(Arrays.asList(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(temp.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    builder.redirectError(temp.resolve("stderr").toFile());
    Process process = builder.start();
    process.getOutputStream().close();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    return new Run(code, out.lines().toList(), Files.readAllLines(temp.resolve("stderr")));
  }

  /** A Java that tells its version, and else prints its arguments and ends with 7. */
  private Path jdk(String home, String version) throws IOException {
    Path java = temp.resolve(home).resolve("bin/java");
    Files.createDirectories(java.getParent());
    Files.writeString(
        java,
        """
        #!/bin/sh
        if [ "${1:-}" = -version ]; then
          echo 'openjdk version "%1$s" 2025-01-01' >&2
          exit 0
        fi
        echo "java %1$s"
        echo "OMP_WAIT_POLICY=${OMP_WAIT_POLICY:-}"
        for argument in "$@"; do echo "<$argument>"; done
        exit 7
        """
            .formatted(version));
    makeExecutable(java);
    return temp.resolve(home);
  }

  private void maven(String action) throws IOException {
    Path mvn = tools.resolve("mvn");
    Files.writeString(mvn, "#!/bin/sh\necho \"mvn $*\"\n" + action + "\n");
    makeExecutable(mvn);
  }

  private void built() throws IOException {
    write(JAR, "");
    write(STAMP, "");
    Files.setLastModifiedTime(
        checkout.resolve(STAMP), FileTime.from(Instant.now().plusSeconds(10)));
  }

  private void write(String name, String text) throws IOException {
    Path file = checkout.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private static Path locate(String tool) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .map(folder -> Path.of(folder, tool))
        .filter(Files::isExecutable)
        .findFirst()
        .orElseThrow();
  }

  private static void makeExecutable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }
}
