package org.attunedb.core.adapter;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.attunedb.core.Refusals.assertRefused;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import org.attunedb.core.Metadata;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.RandomMetadata;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.filter.RandomFilters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which filters are for which scope. */
class AdapterScopeTest {
  private static final AdapterScope ACME = new AdapterScope("tenant", MetadataValue.of("acme"));
  private final SplittableRandom random = new SplittableRandom(17);

  @Test
  void of_equalities_areScopes() {
    assertThat(AdapterScope.of(Filter.eq("tenant", "acme"))).isEqualTo(ACME);
    assertThat(AdapterScope.of(Filter.field("tenant").in("acme"))).isEqualTo(ACME);
    assertThat(AdapterScope.of(Filter.field("tenant").in("acme", "acme"))).isEqualTo(ACME);
    assertThat(AdapterScope.of(ACME.filter())).isEqualTo(ACME);
    assertThat(ACME).hasToString("tenant = acme");
  }

  static Stream<Filter> notScopes() {
    return Stream.of(
        Filter.field("tenant").ne("acme"),
        Filter.field("tenant").in("acme", "beta"),
        Filter.field("tenant").in(List.of()),
        Filter.field("tenant").startsWith("acme"),
        Filter.field("tenant").contains("acme"),
        Filter.field("tenant").exists(),
        Filter.field("year").gte(3),
        new Filter.And(List.of(Filter.eq("tenant", "acme"))),
        new Filter.Or(List.of(Filter.eq("tenant", "acme"))),
        Filter.not(Filter.eq("tenant", "acme")),
        Filter.eq("tenant", "acme").and(Filter.eq("year", 3)));
  }

  @ParameterizedTest
  @MethodSource("notScopes")
  void of_otherFilters_areRefusedShowingThem(Filter filter) {
    assertRefused(ErrorCode.SCOPE_INVALID, () -> AdapterScope.of(filter))
        .withMessageContaining("expected one field that equals one value")
        .withMessageContaining("{\"");
  }

  @Test
  void of_longFilter_isShownInPart() {
    Filter filter = Filter.field("tenant").startsWith("é😀".repeat(1_000));

    assertRefused(ErrorCode.SCOPE_INVALID, () -> AdapterScope.of(filter))
        .satisfies(e -> assertThat(e.getMessage().length()).isLessThan(600))
        .satisfies(
            e ->
                assertThat(new String(e.getMessage().getBytes(UTF_8), UTF_8))
                    .isEqualTo(e.getMessage()));
  }

  @Test
  void value_numbers_areTheOnesThatFiltersTakeThemFor() {
    assertThat(scope(3.0)).isEqualTo(new AdapterScope("n", MetadataValue.of(3)));
    assertThat(scope(-0.0)).isEqualTo(new AdapterScope("n", MetadataValue.of(0)));
    assertThat(scope(-0x1p63)).isEqualTo(new AdapterScope("n", MetadataValue.of(Long.MIN_VALUE)));
    assertThat(scope(0x1p63).value()).isEqualTo(new MetadataValue.Real(0x1p63));
    assertThat(scope(3.5).value()).isEqualTo(new MetadataValue.Real(3.5));
    for (MetadataValue value :
        List.of(MetadataValue.of(3), MetadataValue.of(3.0), MetadataValue.of(3.5))) {
      for (MetadataValue other : List.of(MetadataValue.of(3), MetadataValue.of(3.0))) {
        boolean same = new Filter.Eq("n", value).matches(Metadata.copyOf(Map.of("n", other)));

        assertThat(new AdapterScope("n", value).equals(new AdapterScope("n", other)))
            .isEqualTo(same);
      }
    }
  }

  private static AdapterScope scope(double value) {
    return new AdapterScope("n", MetadataValue.of(value));
  }

  @Test
  void pinnedBy_noFilter_isNone() {
    assertThat(AdapterScope.pinnedBy(null)).isEmpty();
    assertThat(ACME.isPinnedBy(null)).isFalse();
  }

  @Test
  void pinnedBy_conjunctions_areTheirEqualitiesInOrder() {
    Filter filter =
        Filter.and(
            Filter.eq("z", true),
            Filter.field("year").gte(3),
            Filter.and(Filter.field("tenant").in("acme"), Filter.and()),
            new Filter.Or(List.of(Filter.eq("lang", "en"))),
            Filter.not(Filter.not(Filter.eq("lang", "en"))));

    assertThat(AdapterScope.pinnedBy(filter))
        .containsExactly(ACME, new AdapterScope("z", MetadataValue.of(true)));
  }

  @Test
  void pinnedBy_veryDeepFilter_returns() {
    Filter filter = ACME.filter();
    for (int i = 0; i < 100_000; i++) {
      filter = new Filter.And(List.of(filter));
    }

    assertThat(AdapterScope.pinnedBy(filter)).containsExactly(ACME);
  }

  /** What is pinned is demanded: no document without it passes. */
  @Test
  void pinnedBy_randomFilters_areTheConditionsThatADirectReadingFinds() {
    RandomMetadata metadata = new RandomMetadata(random);
    RandomFilters filters = new RandomFilters(metadata);
    int pinning = 0;
    for (int i = 0; i < 3_000; i++) {
      Filter filter = filters.next();
      List<AdapterScope> pinned = AdapterScope.pinnedBy(filter);
      Set<AdapterScope> expected = new TreeSet<>();
      collect(filter, expected);
      assertThat(pinned).as("%s", filter).containsExactlyElementsOf(expected);
      pinning += pinned.isEmpty() ? 0 : 1;
      Metadata one = metadata.metadata();
      if (filter.matches(one)) {
        assertThat(pinned).allMatch(scope -> scope.filter().matches(one));
      }
    }
    assertThat(pinning).isGreaterThan(100);
  }

  private static void collect(Filter filter, Set<AdapterScope> found) {
    if (filter instanceof Filter.And and) {
      and.filters().forEach(part -> collect(part, found));
    } else if (filter instanceof Filter.Eq eq) {
      found.add(new AdapterScope(eq.field(), eq.value()));
    } else if (filter instanceof Filter.In in) {
      Set<AdapterScope> all = new TreeSet<>();
      in.values().forEach(value -> all.add(new AdapterScope(in.field(), value)));
      if (all.size() == 1) {
        found.addAll(all);
      }
    }
  }

  @Test
  void compareTo_differentScopes_isNeverZero() {
    List<AdapterScope> scopes = new ArrayList<>();
    values().forEach(value -> scopes.add(new AdapterScope("f", value)));
    scopes.add(new AdapterScope("g", MetadataValue.of("acme")));
    scopes.add(new AdapterScope("f", MetadataValue.of(List.of("a, b"))));
    scopes.add(new AdapterScope("f", MetadataValue.of(List.of("1:a"))));
    scopes.add(new AdapterScope("f", MetadataValue.of("true")));
    for (AdapterScope one : scopes) {
      for (AdapterScope other : scopes) {
        assertThat(one.compareTo(other) == 0).isEqualTo(one.equals(other));
        assertThat(Integer.signum(one.compareTo(other)))
            .isEqualTo(-Integer.signum(other.compareTo(one)));
      }
    }
  }

  static Stream<MetadataValue> values() {
    return Stream.of(
        MetadataValue.of("acme"),
        MetadataValue.of("é😀 \"\\\n$uuid"),
        MetadataValue.of(""),
        MetadataValue.of(Long.MAX_VALUE),
        MetadataValue.of(0.1),
        MetadataValue.of(true),
        MetadataValue.of(List.of("a", "b")),
        MetadataValue.of(UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
        MetadataValue.of(Instant.parse("2026-11-21T10:00:00.000000001Z")));
  }

  @ParameterizedTest
  @MethodSource("values")
  void file_scopeOfAnyType_isKept(MetadataValue value) {
    for (String field : List.of("tenant", "$tenant", "é \"")) {
      Adapter adapter = scoped(new AdapterScope(field, value));

      Adapter read = AdapterFile.decode(AdapterFile.encode(adapter), "x");

      assertThat(read).isEqualTo(adapter);
    }
  }

  private Adapter scoped(AdapterScope scope) {
    return new Adapter(
        new AdapterBinding("m", 3, "c", "l", "t", 1, Map.of(), Optional.of(scope)),
        RandomAdapters.weights(3, 2, random));
  }

  /** An older release would apply it to every search. */
  @Test
  void file_withAndWithoutScope_haveVersionsOfTheirOwn() {
    assertThat(AdapterBytes.header(AdapterFile.encode(scoped(ACME))))
        .contains("\"version\":\"3\"", "\"scope\":\"{\\\"tenant\\\":{\\\"$eq\\\":\\\"acme\\\"}}\"");
    assertThat(AdapterBytes.header(AdapterFile.encode(RandomAdapters.adapter(3, 2, random))))
        .contains("\"version\":\"2\"")
        .doesNotContain("\"scope\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"scope\":\"{}\"",
        "\"scope\":\"\"",
        "\"scope\":\"acme\"",
        "\"scope\":7",
        "\"scope\":\"{\\\"tenant\\\":{\\\"$ne\\\":\\\"acme\\\"}}\"",
        "\"other\":\"\""
      })
  void file_scopeThatIsNone_isRefusedNamingTheFile(String altered) {
    List<String> done = new ArrayList<>();
    byte[] file =
        AdapterBytes.withHeader(
            AdapterFile.encode(scoped(ACME)),
            json -> {
              String changed =
                  json.replace(
                      "\"scope\":\"{\\\"tenant\\\":{\\\"$eq\\\":\\\"acme\\\"}}\"", altered);
              done.add(changed.equals(json) ? "same" : "other");
              return changed;
            });

    assertThat(done).containsExactly("other");
    assertRefused(ErrorCode.ADAPTER_INVALID, () -> AdapterFile.decode(file, "some/file"))
        .withMessageStartingWith("some/file: ");
  }
}
