package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;

/**
 * {@code active.json}: which version is active, and which were before.
 *
 * @param newest number of the newest version that ever was active or was deleted: no number up to
 *     it is used again, nor that of a version that is there
 * @param active name of the active version
 * @param history what was active before each of the last activations and deactivations, oldest
 *     first
 */
record ActiveFile(int newest, Optional<String> active, List<Optional<String>> history) {
  static final String FILE = "active.json";
  static final int FORMAT_VERSION = 1;
  private static final int MAX_HISTORY = 32;

  ActiveFile {
    history = List.copyOf(history);
  }

  static ActiveFile initial() {
    return new ActiveFile(0, Optional.empty(), List.of());
  }

  static ActiveFile read(StoreFiles files, Path directory) {
    SealedJson json = SealedJson.read(files, directory.resolve(FILE), FORMAT_VERSION);
    List<Optional<String>> history = new ArrayList<>();
    // Missing in files from before roll back.
    json.member("history").forEach(name -> history.add(name(name)));
    return new ActiveFile(json.requireInt("newest"), name(json.member("active")), history);
  }

  private static Optional<String> name(JsonNode json) {
    return json.isTextual() ? Optional.of(json.textValue()) : Optional.empty();
  }

  void write(StoreFiles files, Path directory) {
    files.rename(writeBeside(files, directory), directory.resolve(FILE));
  }

  /** Writes the file under a temporary name, forced to the disk; returns that name. */
  Path writeBeside(StoreFiles files, Path directory) {
    ObjectNode json = SealedJson.object(FORMAT_VERSION);
    json.put("newest", newest);
    json.put("active", active.orElse(null));
    ArrayNode list = json.putArray("history");
    history.forEach(name -> list.add(name.orElse(null)));
    return files.writeBeside(directory.resolve(FILE), SealedJson.encode(json));
  }

  /** With another active version, or none; what was active becomes history. */
  ActiveFile switchedTo(@Nullable String version) {
    Optional<String> next = Optional.ofNullable(version);
    if (next.equals(active)) {
      return this;
    }
    List<Optional<String>> past = new ArrayList<>(history);
    past.add(active);
    return new ActiveFile(
        newest, next, past.subList(Math.max(0, past.size() - MAX_HISTORY), past.size()));
  }

  /** With the last switch undone; empty if there is none. */
  Optional<ActiveFile> rolledBack() {
    return history.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new ActiveFile(newest, history.getLast(), history.subList(0, history.size() - 1)));
  }

  ActiveFile withNewest(int number) {
    return new ActiveFile(Math.max(newest, number), active, history);
  }

  /** Without a version that is gone; a switch that was from or to it alone leaves no trace. */
  ActiveFile without(String version) {
    List<Optional<String>> past = new ArrayList<>();
    for (Optional<String> name : history) {
      boolean repeated = !past.isEmpty() && past.getLast().equals(name);
      if (!Objects.equals(name.orElse(null), version) && !repeated) {
        past.add(name);
      }
    }
    if (!past.isEmpty() && past.getLast().equals(active)) {
      past.removeLast();
    }
    return new ActiveFile(newest, active, past);
  }
}
