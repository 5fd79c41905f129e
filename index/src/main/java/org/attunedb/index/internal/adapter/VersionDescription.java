package org.attunedb.index.internal.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.zip.CRC32C;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.AdapterOrigin;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;

/**
 * {@code version.json}: what is known of a version's weights.
 *
 * @param weightsBytes length of the weights' file
 * @param weightsChecksum its CRC-32C
 * @param trainedOn documents that the training labels point to, and how many there were in all
 * @param created when it was made
 * @param origin where it came from
 */
record VersionDescription(
    long weightsBytes,
    String weightsChecksum,
    TrainedOn trainedOn,
    Optional<Instant> created,
    AdapterOrigin origin) {
  static final String FILE = "version.json";
  static final int FORMAT_VERSION = 1;
  private static final String VECTORS = "vectorsCrc32c";
  private static final String CORPUS = "corpusDocuments";
  private static final String TRAINED = "trained";
  private static final String IMPORTED = "imported";

  static VersionDescription of(
      byte[] weights, TrainedOn trainedOn, Instant created, AdapterOrigin origin) {
    return new VersionDescription(
        weights.length, checksum(weights), trainedOn, Optional.of(created), origin);
  }

  static String checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }

  boolean fits(byte[] weights) {
    return weights.length == weightsBytes && checksum(weights).equals(weightsChecksum);
  }

  void write(StoreFiles files, Path folder) {
    ObjectNode json = SealedJson.object(FORMAT_VERSION);
    json.put("weightsBytes", weightsBytes);
    json.put("weightsCrc32c", weightsChecksum);
    ArrayNode list = json.putArray("documents");
    trainedOn.documents().keySet().forEach(list::add);
    if (trainedOn.knowsVectors()) {
      ArrayNode checksums = json.putArray(VECTORS);
      trainedOn.documents().values().forEach(checksums::add);
    }
    trainedOn.corpus().ifPresent(documents -> json.put(CORPUS, documents));
    created.ifPresent(time -> json.put("created", time.toString()));
    switch (origin) {
      case AdapterOrigin.Trained trained ->
          json.putObject("origin").put("kind", TRAINED).put("job", trained.jobId());
      case AdapterOrigin.Imported imported ->
          json.putObject("origin")
              .put("kind", IMPORTED)
              .put("format", imported.format().name().toLowerCase(Locale.ROOT));
      case AdapterOrigin.Unrecorded unrecorded -> {}
    }
    SealedJson.write(files, folder.resolve(FILE), json);
  }

  static VersionDescription read(StoreFiles files, Path folder) {
    Path file = folder.resolve(FILE);
    SealedJson json = SealedJson.read(files, file, FORMAT_VERSION);
    return new VersionDescription(
        json.requireLong("weightsBytes", Integer.MAX_VALUE),
        json.requireText("weightsCrc32c"),
        trainedOn(file, json),
        json.member("created").isMissingNode()
            ? Optional.empty()
            : Optional.of(instant(file, json.requireText("created"))),
        origin(file, json.member("origin")));
  }

  /** Checksums and size are missing in files from before they were recorded. */
  private static TrainedOn trainedOn(Path file, SealedJson json) {
    List<String> ids = json.requireTexts("documents");
    boolean known = !json.member(VECTORS).isMissingNode();
    List<String> checksums = known ? json.requireTexts(VECTORS) : List.of();
    if (known && checksums.size() != ids.size()) {
      throw damaged(file, "%s documents have %s checksums".formatted(ids.size(), checksums.size()));
    }
    SortedMap<String, String> documents = new TreeMap<>();
    for (int i = 0; i < ids.size(); i++) {
      documents.put(ids.get(i), known ? checksums.get(i) : "");
    }
    return new TrainedOn(
        documents,
        json.member(CORPUS).isMissingNode()
            ? OptionalLong.empty()
            : OptionalLong.of(json.requireLong(CORPUS, Integer.MAX_VALUE)));
  }

  private static Instant instant(Path file, String text) {
    try {
      return Instant.parse(text);
    } catch (DateTimeException e) {
      throw damaged(file, "'" + text + "' is not a time");
    }
  }

  private static AdapterOrigin origin(Path file, JsonNode json) {
    if (json.isMissingNode()) {
      return new AdapterOrigin.Unrecorded();
    }
    String format = json.path("format").asText();
    return switch (json.path("kind").asText()) {
      case TRAINED -> new AdapterOrigin.Trained(json.path("job").asText());
      case IMPORTED ->
          new AdapterOrigin.Imported(
              Arrays.stream(AdapterOrigin.Format.values())
                  .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(format))
                  .findFirst()
                  .orElseThrow(() -> damaged(file, "'" + format + "' is not a format")));
      default -> throw damaged(file, "member 'origin' is " + json);
    };
  }

  private static StoreException damaged(Path file, String problem) {
    return new StoreException(ErrorCode.STORE_CORRUPT, file + ": " + problem);
  }
}
