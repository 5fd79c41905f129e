package org.attunedb.index.internal.adapter;

import static org.assertj.core.api.Assertions.assertThat;

import org.attunedb.core.adapter.AdapterWeights;
import org.attunedb.core.adapter.LowRankAdapter;
import org.attunedb.index.internal.search.AppliedAdapter;
import org.junit.jupiter.api.Test;

/** What is kept in memory of adapters, and what goes first. */
class LoadedAdaptersTest {
  private static AppliedAdapter adapter(String version) {
    return new AppliedAdapter(
        version,
        new LowRankAdapter(
            new AdapterWeights(new float[] {1, 0}, new float[] {0, 1}, new float[2], 1)));
  }

  @Test
  void put_moreThanThereIsRoomFor_forgetsTheLeastRecentlyUsed() {
    LoadedAdapters loaded = new LoadedAdapters(100);
    loaded.put(adapter("v1"), 40);
    loaded.put(adapter("v2"), 40);
    assertThat(loaded.get("v1")).isNotNull();

    loaded.put(adapter("v3"), 40);

    assertThat(loaded.get("v1")).isNotNull();
    assertThat(loaded.get("v2")).isNull();
    assertThat(loaded.get("v3")).isNotNull();
    loaded.put(adapter("v4"), 100);
    assertThat(loaded.size()).isEqualTo(1);
    assertThat(loaded.get("v4")).isNotNull();
  }

  @Test
  void put_largerThanTheRoom_isKeptAlone() {
    LoadedAdapters loaded = new LoadedAdapters(100);
    loaded.put(adapter("v1"), 40);

    loaded.put(adapter("v2"), 1_000);

    assertThat(loaded.size()).isEqualTo(1);
    assertThat(loaded.get("v2")).isNotNull();
    loaded.put(adapter("v3"), 10);
    assertThat(loaded.get("v2")).isNull();
    loaded.put(adapter("v4"), 90);
    assertThat(loaded.size()).isEqualTo(2);
  }

  @Test
  void put_again_countsItsBytesOnce() {
    LoadedAdapters loaded = new LoadedAdapters(100);
    for (int i = 0; i < 10; i++) {
      loaded.put(adapter("v1"), 60);
    }

    loaded.put(adapter("v2"), 40);

    assertThat(loaded.size()).isEqualTo(2);
    loaded.forget("v1");
    loaded.forget("v1");
    loaded.put(adapter("v3"), 60);
    assertThat(loaded.size()).isEqualTo(2);
    assertThat(loaded.get("v1")).isNull();
  }
}
