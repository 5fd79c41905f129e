package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.SortedMap;
import java.util.TreeMap;
import org.attunedb.index.FileFinding;
import org.attunedb.index.FileFinding.State;
import org.attunedb.index.internal.io.FileOps;

/** Collects what is found about files; of several findings on one file the worst stays. */
final class Findings {
  private final FileOps ops;
  private final Path root;
  private final Meter meter;
  private final SortedMap<String, FileFinding> files = new TreeMap<>();

  Findings(FileOps ops, Path root, Meter meter) {
    this.ops = ops;
    this.root = root;
    this.meter = meter;
  }

  /** An empty collection for the same store. */
  Findings fresh() {
    return new Findings(ops, root, meter);
  }

  void sound(Path file) {
    sound(file, "");
  }

  void sound(Path file, String note) {
    add(file, State.SOUND, note);
  }

  void unreferenced(Path file) {
    add(file, State.UNREFERENCED, "nothing refers to it");
  }

  void damaged(Path file, String problem) {
    add(file, State.DAMAGED, problem);
  }

  private void add(Path file, State state, String note) {
    String name = name(file);
    FileFinding known = files.get(name);
    if (known == null || known.state().compareTo(state) < 0) {
      FileFinding finding = new FileFinding(name, size(file), state, note);
      files.put(name, finding);
      if (known == null) {
        meter.add(finding.bytes(), name);
      }
    }
  }

  private long size(Path file) {
    try {
      return ops.exists(file) && !ops.isDirectory(file) ? ops.size(file) : 0;
    } catch (IOException e) {
      // It vanished, or can't be read, which is found elsewhere.
      return 0;
    }
  }

  boolean contains(Path file) {
    return files.containsKey(name(file));
  }

  private String name(Path file) {
    return root.relativize(file).toString().replace('\\', '/');
  }

  boolean isDamaged(Path file) {
    FileFinding known = files.get(name(file));
    return known != null && known.state() == State.DAMAGED;
  }

  /** Whether something in a folder is damaged. */
  boolean hasDamageBelow(Path folder) {
    String prefix = name(folder) + "/";
    return files.values().stream()
        .anyMatch(file -> file.state() == State.DAMAGED && file.path().startsWith(prefix));
  }

  boolean hasDamage() {
    return files.values().stream().anyMatch(file -> file.state() == State.DAMAGED);
  }

  void addAll(Findings others) {
    files.putAll(others.files);
  }

  Collection<FileFinding> all() {
    return files.values();
  }
}
