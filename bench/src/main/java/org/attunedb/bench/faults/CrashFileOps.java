package org.attunedb.bench.faults;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.apache.lucene.store.Directory;
import org.attunedb.bench.faults.DiskNode.FileNode;
import org.attunedb.bench.faults.DiskNode.FolderNode;
import org.attunedb.bench.faults.DiskNode.NameChange;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.FileOpsDirectory;
import org.attunedb.index.internal.io.OutputFile;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory whose power can fail, at an operation that was chosen before. The operation that
 * is cut may have happened or not; from then on all fail, and {@link #restart} gives the disk as it
 * is when the power is back. Thread-safe.
 */
final class CrashFileOps implements FileOps {
  private final Path root;
  private final FolderNode top;
  private final Random random;
  private long left = Long.MAX_VALUE;
  private Set<IoKind> cutting = EnumSet.allOf(IoKind.class);
  private @Nullable FolderNode survivors;
  private @Nullable IoKind cut;

  private CrashFileOps(Path root, FolderNode top, Random random) {
    this.root = root;
    this.top = top;
    this.random = random;
  }

  /** An empty disk that has one folder. */
  static CrashFileOps empty(Path root, Random random) {
    return new CrashFileOps(root, new FolderNode(), random);
  }

  @FunctionalInterface
  private interface Call<T> {
    T run() throws IOException;
  }

  private synchronized <T> T run(IoKind kind, Call<T> call) throws IOException {
    if (survivors != null) {
      throw lost();
    }
    if (left > 0 || !cutting.contains(kind)) {
      left -= cutting.contains(kind) ? 1 : 0;
      return call.run();
    }
    cut = kind;
    if (random.nextBoolean()) {
      // Done, but nobody will be told.
      call.run();
    }
    survivors = PowerLoss.survivorsOf(top, random);
    throw lost();
  }

  private static IOException lost() {
    return new IOException("the power failed");
  }

  /** Lets the power fail after some more operations of some kinds, in one of these kinds. */
  synchronized void crashAfter(long more, Set<IoKind> kinds) {
    left = more;
    cutting = EnumSet.copyOf(kinds);
  }

  /** Lets the power fail now, unless it has. */
  synchronized void powerOff() {
    if (survivors == null) {
      survivors = PowerLoss.survivorsOf(top, random);
    }
  }

  /** Ends the process and not the power: everything that was written is there. */
  synchronized void kill() {
    survivors = top;
  }

  synchronized boolean isCrashed() {
    return survivors != null;
  }

  /** The operation that was cut; null if none was. */
  synchronized @Nullable IoKind cut() {
    return cut;
  }

  /** The disk after the power is back. */
  synchronized CrashFileOps restart() {
    if (survivors == null) {
      throw new IllegalStateException("the power is on");
    }
    return new CrashFileOps(root, survivors, random);
  }

  /** Changes one durable byte behind the store's back. */
  synchronized void damage(Path file, int offset) throws IOException {
    byte[] content = file(file).content();
    content[offset] ^= 0x40;
    FolderNode folder = parent(file);
    folder.change(NameChange.add(name(file), new FileNode(content)));
    folder.force();
  }

  private FolderNode folder(Path path) throws NoSuchFileException {
    DiskNode node = top;
    for (Path name : root.equals(path) ? List.<Path>of() : root.relativize(path)) {
      node = node instanceof FolderNode folder ? folder.names().get(name.toString()) : null;
    }
    if (node instanceof FolderNode folder) {
      return folder;
    }
    throw new NoSuchFileException(path + " is not a folder");
  }

  private FolderNode parent(Path path) throws NoSuchFileException {
    Path parent = path.getParent();
    if (parent == null || !parent.startsWith(root)) {
      throw new NoSuchFileException(path + " is outside of " + root);
    }
    return folder(parent);
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private FileNode file(Path path) throws IOException {
    if (parent(path).require(name(path)) instanceof FileNode file) {
      return file;
    }
    throw new NoSuchFileException(path + " is a folder");
  }

  private FolderNode requireFree(Path path) throws IOException {
    FolderNode parent = parent(path);
    if (parent.names().containsKey(name(path))) {
      throw new FileAlreadyExistsException(path.toString());
    }
    return parent;
  }

  @Override
  public synchronized boolean exists(Path path) {
    try {
      return root.equals(path) || parent(path).names().containsKey(name(path));
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public synchronized boolean isDirectory(Path path) {
    try {
      return root.equals(path) || parent(path).names().get(name(path)) instanceof FolderNode;
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  @Override
  public List<Path> list(Path directory) throws IOException {
    return run(
        IoKind.LIST,
        () -> folder(directory).names().keySet().stream().map(directory::resolve).toList());
  }

  @Override
  public long size(Path file) throws IOException {
    return run(IoKind.SIZE, () -> (long) file(file).size());
  }

  @Override
  public InputStream open(Path file) throws IOException {
    return new ByteArrayInputStream(read(file));
  }

  @Override
  public byte[] read(Path file) throws IOException {
    return run(IoKind.READ, () -> file(file).content());
  }

  @Override
  public OutputFile create(Path file) throws IOException {
    return run(
        IoKind.CREATE,
        () -> {
          FileNode node = new FileNode();
          requireFree(file).change(NameChange.add(name(file), node));
          return new Output(node);
        });
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    run(
        IoKind.RENAME,
        () -> {
          FolderNode folder = parent(from);
          DiskNode node = folder.require(name(from));
          if (folder != parent(to)) {
            throw new IOException("not simulated: a rename from one folder to another");
          }
          if (folder.names().get(name(to)) instanceof FolderNode target
              && target != node
              && !target.names().isEmpty()) {
            throw new DirectoryNotEmptyException(to.toString());
          }
          folder.change(new NameChange(name(from), name(to), node));
          return true;
        });
  }

  @Override
  public void delete(Path path) throws IOException {
    run(
        IoKind.DELETE,
        () -> {
          FolderNode parent = parent(path);
          if (parent.require(name(path)) instanceof FolderNode folder
              && !folder.names().isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
          }
          parent.change(NameChange.remove(name(path)));
          return true;
        });
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    run(
        IoKind.CREATE_DIRECTORY,
        () -> {
          requireFree(directory).change(NameChange.add(name(directory), new FolderNode()));
          return true;
        });
  }

  @Override
  public void link(Path existing, Path link) throws IOException {
    run(
        IoKind.LINK,
        () -> {
          requireFree(link).change(NameChange.add(name(link), file(existing)));
          return true;
        });
  }

  @Override
  public void forceFile(Path file) throws IOException {
    run(IoKind.FORCE, () -> forced(file(file)));
  }

  private static boolean forced(FileNode file) {
    file.force();
    return true;
  }

  @Override
  public void forceDirectory(Path directory) throws IOException {
    run(
        IoKind.FORCE_DIRECTORY,
        () -> {
          folder(directory).force();
          return true;
        });
  }

  @Override
  public Directory lucene(Path directory) {
    return new FileOpsDirectory(this, directory);
  }

  private final class Output implements OutputFile {
    private final FileNode file;

    Output(FileNode file) {
      this.file = file;
    }

    @Override
    public void write(ByteBuffer bytes) throws IOException {
      run(
          IoKind.WRITE,
          () -> {
            file.append(bytes);
            return true;
          });
    }

    @Override
    public void force() throws IOException {
      run(IoKind.FORCE, () -> forced(file));
    }

    @Override
    public void close() {
      // Promises nothing on any disk.
    }
  }
}
