package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * {@code active.json}: which versions are active, and which were before. Without scopes it has the
 * form that it had before there were any.
 *
 * @param newest number of the newest version that ever was active or was deleted: no number up to
 *     it is used again, nor that of a version that is there
 * @param collection the version of all searches that no scope's is for
 * @param scopes those of scopes that have or had one
 */
record ActiveFile(int newest, Switches collection, SortedMap<AdapterScope, Switches> scopes) {
  static final String FILE = "active.json";
  private static final int FORMAT_VERSION = 2;
  private static final int WITHOUT_SCOPES = 1;
  private static final String SCOPES = "scopes";

  ActiveFile {
    scopes = Collections.unmodifiableSortedMap(new TreeMap<>(scopes));
  }

  static ActiveFile initial() {
    return new ActiveFile(0, Switches.none(), new TreeMap<>());
  }

  static ActiveFile read(StoreFiles files, Path directory) {
    Path file = directory.resolve(FILE);
    SealedJson json = SealedJson.read(files, file, FORMAT_VERSION);
    SortedMap<AdapterScope, Switches> scopes = new TreeMap<>();
    for (JsonNode each : json.member(SCOPES)) {
      scopes.put(
          scope(file, each.path("scope")), switches(each.path("active"), each.path("history")));
    }
    return new ActiveFile(
        json.requireInt("newest"), switches(json.member("active"), json.member("history")), scopes);
  }

  private static AdapterScope scope(Path file, JsonNode json) {
    try {
      return AdapterScope.of(FilterJson.read(json));
    } catch (InvalidInputException e) {
      throw new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + e.getMessage(), e);
    }
  }

  /** The history is missing in files from before roll back. */
  private static Switches switches(JsonNode active, JsonNode history) {
    List<Optional<String>> past = new ArrayList<>();
    history.forEach(name -> past.add(name(name)));
    return new Switches(name(active), past);
  }

  private static Optional<String> name(JsonNode json) {
    return json.isTextual() ? Optional.of(json.textValue()) : Optional.empty();
  }

  void write(StoreFiles files, Path directory) {
    files.rename(writeBeside(files, directory), directory.resolve(FILE));
  }

  /** Writes the file under a temporary name, forced to the disk; returns that name. */
  Path writeBeside(StoreFiles files, Path directory) {
    ObjectNode json = SealedJson.object(scopes.isEmpty() ? WITHOUT_SCOPES : FORMAT_VERSION);
    json.put("newest", newest);
    put(json, collection);
    if (!scopes.isEmpty()) {
      ArrayNode list = json.putArray(SCOPES);
      scopes.forEach(
          (scope, switches) -> {
            ObjectNode each = list.addObject();
            each.set("scope", FilterJson.write(scope.filter()));
            put(each, switches);
          });
    }
    return files.writeBeside(directory.resolve(FILE), SealedJson.encode(json));
  }

  private static void put(ObjectNode json, Switches switches) {
    json.put("active", switches.active().orElse(null));
    ArrayNode list = json.putArray("history");
    switches.history().forEach(name -> list.add(name.orElse(null)));
  }

  /** The switches of a scope; of the collection for no scope. */
  Switches of(Optional<AdapterScope> scope) {
    return scope.map(one -> scopes.getOrDefault(one, Switches.none())).orElse(collection);
  }

  /** With other switches of a scope, or of the collection; a scope that has none is forgotten. */
  ActiveFile with(Optional<AdapterScope> scope, Switches switches) {
    if (scope.isEmpty()) {
      return new ActiveFile(newest, switches, scopes);
    }
    SortedMap<AdapterScope, Switches> others = new TreeMap<>(scopes);
    if (switches.areEmpty()) {
      others.remove(scope.get());
    } else {
      others.put(scope.get(), switches);
    }
    return new ActiveFile(newest, collection, others);
  }

  ActiveFile withNewest(int number) {
    return new ActiveFile(Math.max(newest, number), collection, scopes);
  }

  /** Without a version that is gone. */
  ActiveFile without(String version) {
    ActiveFile next = new ActiveFile(newest, collection.without(version), scopes);
    for (AdapterScope scope : scopes.keySet()) {
      Optional<AdapterScope> one = Optional.of(scope);
      next = next.with(one, of(one).without(version));
    }
    return next;
  }

  /** The active versions of scopes. */
  SortedMap<AdapterScope, String> activeByScope() {
    SortedMap<AdapterScope, String> active = new TreeMap<>();
    scopes.forEach((scope, switches) -> switches.active().ifPresent(v -> active.put(scope, v)));
    return Collections.unmodifiableSortedMap(active);
  }

  /** Every active version. */
  List<String> allActive() {
    List<String> active = new ArrayList<>(activeByScope().values());
    collection.active().ifPresent(active::addFirst);
    return active;
  }
}
