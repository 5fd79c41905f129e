package org.attunedb.bench.faults;

import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.NavigableMap;
import java.util.Random;
import org.attunedb.bench.faults.DiskNode.FileNode;
import org.attunedb.bench.faults.DiskNode.FolderNode;
import org.attunedb.bench.faults.DiskNode.NameChange;

/**
 * What a disk holds after the power failed. Durable bytes and names are there. Of the others, all,
 * none or any are: a folder's changes are kept or dropped one by one, a file ends anywhere between
 * its durable and its last byte, and blocks before that end may be zero because the length reached
 * the disk and they did not.
 */
final class PowerLoss {
  private static final int SECTOR = 512;

  private enum Fate {
    ALL_KEPT,
    ALL_DROPPED,
    MIXED
  }

  private final Random random;
  private final Fate fate;
  private final int block;
  private final double kept;

  /** Links keep sharing their file. */
  private final IdentityHashMap<DiskNode, DiskNode> survivors = new IdentityHashMap<>();

  private PowerLoss(Random random) {
    this.random = random;
    int fateDraw = random.nextInt(6);
    this.fate = fateDraw == 0 ? Fate.ALL_KEPT : fateDraw == 1 ? Fate.ALL_DROPPED : Fate.MIXED;
    this.block = SECTOR << random.nextInt(4);
    this.kept = random.nextDouble();
  }

  /** A copy of a disk as it is after a crash drawn from {@code random}. */
  static FolderNode survivorsOf(FolderNode root, Random random) {
    return new PowerLoss(random).folder(root);
  }

  private boolean keeps() {
    return switch (fate) {
      case ALL_KEPT -> true;
      case ALL_DROPPED -> false;
      case MIXED -> random.nextDouble() < kept;
    };
  }

  private FolderNode folder(FolderNode folder) {
    NavigableMap<String, DiskNode> names = folder.durableNames();
    for (NameChange change : folder.pending()) {
      if (keeps()) {
        change.applyTo(names);
      }
    }
    FolderNode survivor = new FolderNode();
    names.forEach((name, node) -> survivor.change(NameChange.add(name, node(node))));
    survivor.force();
    return survivor;
  }

  private DiskNode node(DiskNode node) {
    DiskNode known = survivors.get(node);
    if (known != null) {
      return known;
    }
    DiskNode survivor =
        switch (node) {
          case FolderNode folder -> folder(folder);
          case FileNode file -> new FileNode(content(file));
        };
    survivors.put(node, survivor);
    return survivor;
  }

  private byte[] content(FileNode file) {
    byte[] written = file.content();
    byte[] content = Arrays.copyOf(written, end(file));
    // Blocks that hold durable bytes were written as a whole with them.
    int from = (file.durable() + block - 1) / block * block;
    for (int at = from; at < content.length; at += block) {
      if (!keeps()) {
        Arrays.fill(content, at, Math.min(at + block, content.length), (byte) 0);
      }
    }
    if (from > file.durable() && !keeps()) {
      // The block was written before the last bytes came to it.
      Arrays.fill(
          content,
          Math.min(file.durable(), content.length),
          Math.min(from, content.length),
          (byte) 0);
    }
    return content;
  }

  private int end(FileNode file) {
    int unsynced = file.size() - file.durable();
    return switch (fate) {
      case ALL_KEPT -> file.size();
      case ALL_DROPPED -> file.durable();
      case MIXED -> {
        if (unsynced == 0 || random.nextInt(3) == 0) {
          yield file.size();
        }
        int end = file.durable() + random.nextInt(unsynced + 1);
        // Half of the ends are those of sectors; the others are what a file system's length says.
        int sector = end / SECTOR * SECTOR;
        yield random.nextBoolean() && sector > file.durable() ? sector : end;
      }
    };
  }
}
