package org.attunedb.index.internal.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.attunedb.core.Refusals.assertRefused;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.Similarity;
import org.attunedb.core.adapter.AdapterScope;
import org.attunedb.core.codec.FilterJson;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.core.filter.Filter;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.internal.io.HeapFileOps;
import org.attunedb.index.internal.io.SealedJson;
import org.attunedb.index.internal.io.StoreFiles;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The bytes of {@code active.json}, with and without scopes. */
class ActiveFileTest {
  private static final Path ADAPTERS = Path.of("memory").toAbsolutePath().resolve("adapters");
  private static final AdapterScope ACME = new AdapterScope("tenant", MetadataValue.of("acme"));
  private static final AdapterScope YEAR = new AdapterScope("year", MetadataValue.of(2020));

  private final HeapFileOps disk = new HeapFileOps(ADAPTERS);
  private final StoreFiles files = new StoreFiles(disk);

  @BeforeEach
  void create() {
    files.createDirectories(ADAPTERS);
  }

  private static Switches switches(@Nullable String active, String... history) {
    return new Switches(
        Optional.ofNullable(active), List.of(history).stream().map(Optional::of).toList());
  }

  private String written(ActiveFile file) throws IOException {
    file.write(files, ADAPTERS);
    assertThat(ActiveFile.read(files, ADAPTERS)).isEqualTo(file);
    return new String(disk.read(ADAPTERS.resolve(ActiveFile.FILE)), UTF_8);
  }

  /** Byte for byte what the first release wrote, whose files stay readable. */
  @Test
  void write_withoutScopes_hasTheFirstForm() throws IOException {
    assertThat(written(new ActiveFile(3, switches("v3", "v1"), new TreeMap<>())))
        .startsWith(
            """
            {
              "formatVersion" : 1,
              "newest" : 3,
              "active" : "v3",
              "history" : [ "v1" ],
              "crc32c" : "\
            """);
  }

  @Test
  void write_withScopes_hasTheSecondFormAndAllOfThem() throws IOException {
    ActiveFile file =
        ActiveFile.initial()
            .withNewest(4)
            .with(Optional.of(YEAR), switches(null, "v2"))
            .with(Optional.of(ACME), switches("v4"));

    assertThat(written(file))
        .contains(
            "\"formatVersion\" : 2,",
            "\"scopes\" : [",
            "\"$eq\" : \"acme\"",
            "\"active\" : \"v4\"",
            "\"$eq\" : 2020");
    assertThat(file.activeByScope()).containsExactly(Map.entry(ACME, "v4"));
    assertThat(file.allActive()).containsExactly("v4");
  }

  @Test
  void without_lastVersionOfAScope_forgetsTheScope() throws IOException {
    ActiveFile file =
        ActiveFile.initial()
            .with(Optional.of(ACME), Switches.none().switchedTo("v1").switchedTo(null))
            .with(Optional.of(YEAR), switches("v2", "v1"));

    ActiveFile after = file.without("v1");

    assertThat(after.scopes()).isEqualTo(Map.of(YEAR, switches("v2")));
    assertThat(written(after.with(Optional.of(YEAR), Switches.none())))
        .contains("\"formatVersion\" : 1");
  }

  @Test
  void read_scopeThatIsNone_isDamage() {
    ObjectNode json = SealedJson.object(2);
    json.put("newest", 1);
    json.putArray("scopes")
        .addObject()
        .set("scope", FilterJson.write(Filter.field("tenant").ne("acme")));
    SealedJson.write(files, ADAPTERS.resolve(ActiveFile.FILE), json);

    assertThatExceptionOfType(StoreException.class)
        .isThrownBy(() -> ActiveFile.read(files, ADAPTERS))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORE_CORRUPT))
        .withMessageContaining(ActiveFile.FILE)
        .withMessageContaining("$ne");
  }

  @Test
  void requireRoom_scopesBeyondTheLimit_areRefusedAndKnownOnesNot() {
    ActiveFile file = ActiveFile.initial().withNewest(1);
    for (int i = 0; i < DeepMemory.MAX_SCOPES; i++) {
      file =
          file.with(
              Optional.of(new AdapterScope("tenant", MetadataValue.of("t" + i))),
              switches(null, "v1"));
    }
    file.write(files, ADAPTERS);
    AdapterRegistry registry =
        new AdapterRegistry(
            "notes",
            CollectionSpec.vectors(2, Similarity.COSINE),
            files,
            ADAPTERS,
            new WriteGuard() {
              @Override
              public void requireWritable() {
                // It is.
              }

              @Override
              public void failed(StoreException failure) {
                throw failure;
              }
            });

    registry.requireRoom(Optional.empty());
    registry.requireRoom(Optional.of(new AdapterScope("tenant", MetadataValue.of("t999"))));
    assertRefused(ErrorCode.TOO_MANY_SCOPES, () -> registry.requireRoom(Optional.of(ACME)))
        .withMessageContaining("notes")
        .withMessageContaining("at most 1000")
        .withMessageContaining("tenant = acme");
  }
}
