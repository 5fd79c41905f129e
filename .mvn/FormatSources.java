import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks ("check") or rewrites ("fix") every Java source of the modules with google-java-format.
 * Run by the root POM on the toolchain's JDK.
 */
class FormatSources {
  public static void main(String[] args) throws Exception {
    boolean fix = args[0].equals("fix");
    List<Path> unformatted = new ArrayList<>();
    for (Path source : sources(Path.of("."))) {
      String text = Files.readString(source);
      String formatted = format(text);
      if (!formatted.equals(text)) {
        unformatted.add(source);
        if (fix) {
          Files.writeString(source, formatted);
        }
      }
    }
    if (!fix && !unformatted.isEmpty()) {
      unformatted.forEach(p -> System.err.println("not formatted: " + p));
      System.err.println("mend with: mvn -N validate -Dformat=fix");
      System.exit(1);
    }
  }

  private static String format(String text) throws Exception {
    String ordered =
        ImportOrderer.reorderImports(
            RemoveUnusedImports.removeUnusedImports(text), JavaFormatterOptions.Style.GOOGLE);
    return new Formatter().formatSource(ordered);
  }

  private static List<Path> sources(Path root) throws Exception {
    try (Stream<Path> files = Files.walk(root)) {
      return files
          .filter(p -> p.toString().endsWith(".java") && p.toString().contains("src"))
          .filter(p -> !p.toString().contains("target"))
          .sorted()
          .toList();
    }
  }
}
