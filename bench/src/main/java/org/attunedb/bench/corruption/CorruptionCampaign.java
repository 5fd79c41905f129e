package org.attunedb.bench.corruption;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntConsumer;
import org.attunedb.core.error.AttuneException;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.AttuneOptions;
import org.attunedb.index.ByteProgress;
import org.attunedb.index.FileFinding;
import org.attunedb.index.OpenMode;
import org.attunedb.index.VerificationReport;

/**
 * Damages one file at a time of a copy of a store, verifies the copy, opens it and compares all
 * answers with those of the original.
 */
final class CorruptionCampaign {
  private static final int HANG_SECONDS = 60;

  /** Replaced by an older one, it says what was active then, as after a switch back. */
  private static final String SWITCHED = "active.json";

  private final Path folder;
  private final int flips;
  private final long seed;
  private final IntConsumer progress;
  private final Map<String, Tally.Row> rows = new TreeMap<>();
  private final List<String> violations = new ArrayList<>();
  private int cases;

  /**
   * A campaign.
   *
   * @param folder for the stores; empty
   * @param flips random bits of each file to flip; from 200 on also all bits of headers
   * @param progress is told the number of cases so far
   */
  CorruptionCampaign(Path folder, int flips, long seed, IntConsumer progress) {
    this.folder = folder;
    this.flips = flips;
    this.seed = seed;
    this.progress = progress;
  }

  Tally run() throws IOException, InterruptedException {
    Path closed = folder.resolve("closed");
    Path earlier = folder.resolve("earlier");
    Path killed = folder.resolve("killed");
    SampleStore.write(closed, earlier, killed, seed);
    try (ExecutorService worker = Executors.newSingleThreadExecutor()) {
      for (Path store : List.of(closed, killed)) {
        run(store, earlier, worker);
      }
    }
    return new Tally(new TreeMap<>(rows), violations);
  }

  private void run(Path store, Path earlier, ExecutorService worker)
      throws IOException, InterruptedException {
    Path reference = folder.resolve("reference");
    FolderCopy.delete(reference);
    FolderCopy.of(store, reference);
    Map<String, Answers> expected = new TreeMap<>();
    try (Attune attune = Attune.open(reference)) {
      attune.collections().forEach(name -> expected.put(name, Answers.of(attune.collection(name))));
    }
    SplittableRandom random = new SplittableRandom(seed);
    for (String file : FolderCopy.files(store)) {
      if (file.equals("attune.lock")) {
        continue;
      }
      byte[] content = Files.readAllBytes(store.resolve(file));
      List<Damage> damages = Damage.of(content, flips, random);
      Path older = earlier.resolve(file);
      if (Files.exists(older) && Files.mismatch(older, store.resolve(file)) >= 0) {
        damages.add(new Damage.Older(Files.readAllBytes(older)));
      }
      for (Damage damage : damages) {
        if (!Arrays.equals(content, damage.apply(content))) {
          timed(worker, store, file, damage, expected);
        }
      }
    }
  }

  private void timed(
      ExecutorService worker, Path store, String file, Damage damage, Map<String, Answers> expected)
      throws IOException, InterruptedException {
    Future<?> done =
        worker.submit(
            () -> {
              inflict(store, file, damage, expected);
              return null;
            });
    try {
      done.get(HANG_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new IOException("%s of %s hangs".formatted(damage, file), e);
    } catch (ExecutionException e) {
      throw new IOException("%s of %s".formatted(damage, file), e.getCause());
    }
    cases++;
    progress.accept(cases);
  }

  private void inflict(Path store, String file, Damage damage, Map<String, Answers> expected)
      throws IOException {
    Path copy = folder.resolve("copy");
    FolderCopy.delete(copy);
    FolderCopy.of(store, copy);
    Path victim = copy.resolve(file);
    byte[] changed = damage.apply(Files.readAllBytes(victim));
    if (changed == null) {
      Files.delete(victim);
    } else {
      Files.write(victim, changed);
    }
    String where = "%s: %s of %s".formatted(store.getFileName(), damage, file);
    boolean named = verify(copy, file, where);
    // Every other case is opened as a reader does, which replays the log to the heap.
    Opened opened = open(copy, file, where, expected, cases % 2 == 0);
    boolean switched = file.endsWith(SWITCHED) && damage instanceof Damage.Older;
    if (!named && !opened.exact() && !switched) {
      violations.add(where + ": verification does not name it, but the answers are not exact");
    }
    if (opened.wrong() && !switched) {
      violations.add(where + ": a wrong answer");
    }
    rows.merge(
        "%-18s %s".formatted(type(file), damage.kind()),
        new Tally.Row(0, 0, 0, 0, 0).plus(named, opened.exact(), opened.refused()),
        CorruptionCampaign::sum);
  }

  private static Tally.Row sum(Tally.Row one, Tally.Row other) {
    return new Tally.Row(
        one.cases() + other.cases(),
        one.reported() + other.reported(),
        one.harmless() + other.harmless(),
        one.refused() + other.refused(),
        one.exact() + other.exact());
  }

  private boolean verify(Path copy, String file, String where) {
    try {
      VerificationReport report = Attune.verify(copy, ByteProgress.none());
      List<String> damaged = report.damaged().stream().map(FileFinding::path).toList();
      // The folder of a file that is gone, where the name could not be known.
      boolean named = damaged.stream().anyMatch(path -> file.equals(path) || isFolder(path, file));
      if (!named && !damaged.isEmpty()) {
        violations.add(where + ": verification blames " + damaged);
      }
      return named;
    } catch (RuntimeException e) {
      violations.add(where + ": verification throws " + trace(e));
      return false;
    }
  }

  /** What is missing is sometimes known by its folder or the start of its name only. */
  private static boolean isFolder(String path, String file) {
    return file.startsWith(path) && path.startsWith("collections/");
  }

  private record Opened(boolean exact, boolean wrong, boolean refused) {}

  private Opened open(
      Path copy, String file, String where, Map<String, Answers> expected, boolean readOnly) {
    boolean exact = true;
    boolean wrong = false;
    boolean refused = false;
    AttuneOptions options =
        AttuneOptions.defaults().withMode(readOnly ? OpenMode.READ_ONLY : OpenMode.OPEN);
    try (Attune attune = Attune.open(copy, options)) {
      for (String name : expected.keySet()) {
        try {
          boolean same = expected.get(name).sameAs(Answers.of(attune.collection(name)));
          exact &= same;
          wrong |= !same;
        } catch (AttuneException | InvalidInputException e) {
          exact = false;
          refused = true;
          if (!file.contains("collections/" + name + "/")) {
            violations.add(where + ": refuses " + name + ": " + e.getMessage());
          }
        }
      }
    } catch (AttuneException | InvalidInputException e) {
      exact = false;
      refused = true;
      if (file.startsWith("collections/")) {
        violations.add(where + ": refuses the store: " + e.getMessage());
      }
    } catch (RuntimeException | Error e) {
      exact = false;
      violations.add(where + ": opening throws " + trace(e));
    }
    return new Opened(exact, wrong, refused);
  }

  private static String trace(Throwable failure) {
    StringWriter text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString().lines().limit(12).reduce("", (a, b) -> a + "\n    " + b);
  }

  /** The extension, or what stands for it. */
  private static String type(String file) {
    String name = Path.of(file).getFileName().toString();
    if (name.startsWith("segments_")) {
      return "segments_N";
    }
    if (name.endsWith(".json")) {
      return name;
    }
    return name.substring(Math.max(0, name.lastIndexOf('.')));
  }
}
