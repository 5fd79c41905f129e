package org.attunedb.bench.faults;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A file or folder of a simulated disk: as the process sees it, and as far as it is durable. */
sealed interface DiskNode {
  /** Bytes that only ever grow. */
  final class FileNode implements DiskNode {
    private byte[] bytes;
    private int size;
    private int durable;

    FileNode() {
      this.bytes = new byte[256];
    }

    /** A file whose content is all durable. */
    FileNode(byte[] content) {
      this.bytes = content;
      this.size = content.length;
      this.durable = size;
    }

    void append(ByteBuffer more) {
      int length = more.remaining();
      if (size + length > bytes.length) {
        bytes = Arrays.copyOf(bytes, Math.max(size + length, 2 * bytes.length));
      }
      more.get(bytes, size, length);
      size += length;
    }

    void force() {
      durable = size;
    }

    int size() {
      return size;
    }

    int durable() {
      return durable;
    }

    byte[] content() {
      return Arrays.copyOf(bytes, size);
    }
  }

  /** Names, and the changes of them that the disk may not have yet. */
  final class FolderNode implements DiskNode {
    private final NavigableMap<String, DiskNode> names = new TreeMap<>();
    private final NavigableMap<String, DiskNode> durable = new TreeMap<>();
    private final List<NameChange> pending = new ArrayList<>();

    void change(NameChange change) {
      change.applyTo(names);
      pending.add(change);
    }

    void force() {
      pending.forEach(change -> change.applyTo(durable));
      pending.clear();
    }

    NavigableMap<String, DiskNode> names() {
      return names;
    }

    NavigableMap<String, DiskNode> durableNames() {
      return new TreeMap<>(durable);
    }

    List<NameChange> pending() {
      return pending;
    }

    DiskNode require(String name) throws IOException {
      DiskNode node = names.get(name);
      if (node == null) {
        throw new NoSuchFileException(name);
      }
      return node;
    }
  }

  /** One atomic change of a folder's names; a rename removes one and adds another. */
  record NameChange(@Nullable String removed, @Nullable String added, @Nullable DiskNode node) {
    static NameChange add(String name, DiskNode node) {
      return new NameChange(null, name, node);
    }

    static NameChange remove(String name) {
      return new NameChange(name, null, null);
    }

    void applyTo(NavigableMap<String, DiskNode> names) {
      if (removed != null) {
        names.remove(removed);
      }
      if (added != null && node != null) {
        names.put(added, node);
      }
    }
  }
}
