package org.attunedb.training.internal;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.attunedb.core.training.CheckpointStore;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Checkpoints of fitted factors: exact, and used only where they belong. */
class FittedFactorsTest {
  private static final float[] IN = {1, -0.0f, Float.MIN_VALUE, 1e30f, 0.1f, -5};
  private static final float[] OUT = {6, 5, 4, 3, 2, 1};

  private final Map<String, byte[]> kept = new HashMap<>();
  private final FittedFactors factors =
      new FittedFactors(
          new CheckpointStore() {
            @Override
            public Optional<byte[]> read(String name) {
              return Optional.ofNullable(kept.get(name));
            }

            @Override
            public void write(String name, byte[] content) {
              assertThat(name).matches("[a-z0-9][a-z0-9._-]{0,63}");
              kept.put(name, content);
            }
          });

  @BeforeEach
  void write() {
    factors.write("fold 2/5", new Factors(3, 2, IN, OUT), 40);
  }

  @Test
  void read_written_isEqualBitForBit() {
    Factors read = factors.read("fold 2/5", 3, 2, 40).orElseThrow();

    assertThat(read.in()).isEqualTo(IN);
    assertThat(read.out()).isEqualTo(OUT);
    assertThat(read.dimension()).isEqualTo(3);
    assertThat(read.rank()).isEqualTo(2);
  }

  @Test
  void read_otherStageShapeOrSteps_isEmpty() {
    assertThat(factors.read("fold 1/5", 3, 2, 40)).isEmpty();
    assertThat(factors.read("fold 2/5", 2, 3, 40)).isEmpty();
    assertThat(factors.read("fold 2/5", 3, 1, 40)).isEmpty();
    assertThat(factors.read("fold 2/5", 3, 2, 41)).isEmpty();
  }

  @Test
  void read_damaged_isEmpty() {
    byte[] whole = kept.values().iterator().next();
    String name = kept.keySet().iterator().next();
    for (int length = 0; length < whole.length + 5; length++) {
      if (length != whole.length) {
        kept.put(name, Arrays.copyOf(whole, length));
        assertThat(factors.read("fold 2/5", 3, 2, 40)).isEmpty();
      }
    }
    for (int at : new int[] {0, whole.length - 4}) {
      byte[] damaged = whole.clone();
      ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putFloat(at, Float.NaN);
      kept.put(name, damaged);
      assertThat(factors.read("fold 2/5", 3, 2, 40)).isEmpty();
    }
  }
}
