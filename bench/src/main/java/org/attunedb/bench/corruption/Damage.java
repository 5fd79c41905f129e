package org.attunedb.bench.corruption;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Something that happens to a file. */
sealed interface Damage {
  /** The name of the kind, for the report. */
  String kind();

  /** The file's content afterwards; null if it is gone. */
  byte @Nullable [] apply(byte[] content);

  /** One bit is wrong. */
  record Flip(long bit) implements Damage {
    @Override
    public String kind() {
      return "bit flip";
    }

    @Override
    public byte[] apply(byte[] content) {
      byte[] changed = content.clone();
      changed[(int) (bit / 8)] ^= (byte) (1 << (bit % 8));
      return changed;
    }
  }

  /** The file ends early. */
  record Truncation(int length) implements Damage {
    @Override
    public String kind() {
      return "truncation";
    }

    @Override
    public byte[] apply(byte[] content) {
      return Arrays.copyOf(content, length);
    }
  }

  /** A block of the disk reads as zeros. */
  record Zeros(int offset, int length) implements Damage {
    @Override
    public String kind() {
      return "zeroed block";
    }

    @Override
    public byte[] apply(byte[] content) {
      byte[] changed = content.clone();
      Arrays.fill(changed, offset, Math.min(content.length, offset + length), (byte) 0);
      return changed;
    }
  }

  /** The file is gone. */
  record Deletion() implements Damage {
    @Override
    public String kind() {
      return "deletion";
    }

    @Override
    public byte @Nullable [] apply(byte[] content) {
      return null;
    }
  }

  /** The file is as it was some time ago, or is another's of the same name. */
  final class Older implements Damage {
    private final byte[] older;

    Older(byte[] older) {
      this.older = older;
    }

    @Override
    public String kind() {
      return "older copy";
    }

    @Override
    public byte[] apply(byte[] content) {
      return older.clone();
    }

    @Override
    public String toString() {
      return "Older[" + older.length + " bytes]";
    }
  }

  /** Files up to this size have every bit flipped in a full campaign. */
  int SMALL_BYTES = 200;

  /**
   * What to do to a file.
   *
   * @param flips random bits to flip; every bit of small files and headers if it is at least 200
   */
  static List<Damage> of(byte[] content, int flips, RandomGenerator random) {
    List<Damage> damages = new ArrayList<>();
    long bits = content.length * 8L;
    if (flips >= 200) {
      for (long bit = 0; bit < Math.min(bits, SMALL_BYTES * 8L); bit++) {
        damages.add(new Flip(bit));
      }
    }
    for (int i = 0; i < flips && bits > 0; i++) {
      damages.add(new Flip(random.nextLong(bits)));
    }
    for (int i = 0; i < Math.clamp(flips / 5, 1, 20) && bits > 0; i++) {
      damages.add(new Truncation(i == 0 ? 0 : random.nextInt(content.length)));
    }
    for (int block : flips < 5 ? List.of(512) : List.of(512, 4096)) {
      for (int i = 0; i < Math.max(1, Math.min(4, flips / 20)) && bits > 0; i++) {
        damages.add(new Zeros(random.nextInt(1 + (content.length - 1) / block) * block, block));
      }
    }
    damages.add(new Deletion());
    return damages;
  }
}
