package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.ByteProgress;
import org.attunedb.index.VerificationReport;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.store.CollectionName;
import org.attunedb.index.internal.store.Store;
import org.attunedb.index.internal.store.StoreFormat;

/**
 * Compares every byte of a store with checksums, and its files with each other. Takes no lock and
 * writes nothing: a collection that a writer changes meanwhile is looked at again. Not thread-safe.
 */
public final class StoreVerifier {
  /** A writer replaces files at commits only, which are seconds apart. */
  private static final int ATTEMPTS = 100;

  private static final long PAUSE_NANOS = 20_000_000;

  private final FileOps ops;
  private final StoreFiles files;
  private final Path root;
  private final Findings findings;

  private StoreVerifier(FileOps ops, Path root, Meter meter) {
    this.ops = ops;
    this.files = new StoreFiles(ops);
    this.root = root;
    this.findings = new Findings(ops, root, meter);
  }

  /**
   * Verifies a store.
   *
   * @throws StoreException {@code not_a_store} if the folder is none, {@code store_io} if it can't
   *     be listed
   */
  public static VerificationReport verify(FileOps ops, Path folder, ByteProgress listener) {
    Path root = folder.toAbsolutePath().normalize();
    Path collections = root.resolve(Store.COLLECTIONS);
    if (!StoreFormat.isMarked(new StoreFiles(ops), root) && !ops.isDirectory(collections)) {
      throw new StoreException(ErrorCode.NOT_A_STORE, root + " is not an Attune store");
    }
    try {
      long total = FileTree.bytes(ops, FileTree.files(ops, root));
      StoreVerifier verifier = new StoreVerifier(ops, root, new Meter(listener, total));
      verifier.run(collections);
      return new VerificationReport(new ArrayList<>(verifier.findings.all()));
    } catch (IOException e) {
      throw StoreFiles.failed(root, "verify", e);
    }
  }

  private void run(Path collections) throws IOException {
    Path marker = root.resolve(StoreFormat.FILE);
    try {
      StoreFormat.requireStore(files, root);
      findings.sound(marker);
    } catch (StoreException e) {
      findings.damaged(marker, e.getMessage());
    }
    if (ops.isDirectory(collections)) {
      for (Path directory : files.directories(collections)) {
        if (CollectionName.isCollection(directory)) {
          verify(directory);
        }
      }
    }
    verifyManifest(root.resolve(BackupManifest.FILE));
    for (Path file : FileTree.files(ops, root)) {
      if (file.equals(root.resolve(Store.LOCK))) {
        findings.sound(file, "holds no data");
      } else if (!findings.contains(file) && !belongsToCollection(collections, file)) {
        findings.unreferenced(file);
      }
    }
  }

  /** A backup says what it holds: after the collections, which know less of their files. */
  private void verifyManifest(Path file) {
    if (!ops.exists(file)) {
      return;
    }
    try {
      BackupManifest manifest = BackupManifest.read(files, root);
      findings.sound(file, "lists the files of a backup");
      manifest.files().forEach(this::verifyListed);
    } catch (StoreException e) {
      findings.damaged(file, e.getMessage());
    }
  }

  private void verifyListed(BackupManifest.Entry entry) {
    Path file = root.resolve(entry.path());
    try {
      if (!ops.exists(file) || ops.isDirectory(file)) {
        findings.damaged(file, "is in the list of " + BackupManifest.FILE + " and missing");
        return;
      }
      Transfer.Content content = Transfer.checksum(ops, file);
      if (content.bytes() != entry.bytes() || !content.checksum().equals(entry.checksum())) {
        findings.damaged(file, "is not what " + BackupManifest.FILE + " lists");
      }
    } catch (IOException e) {
      findings.damaged(file, String.valueOf(e.getMessage()));
    }
  }

  /** What a writer added to a collection after that was verified. */
  private static boolean belongsToCollection(Path collections, Path file) {
    return file.startsWith(collections)
        && !collections.equals(file.getParent())
        && CollectionName.isCollection(
            collections.resolve(collections.relativize(file).getName(0)));
  }

  private void verify(Path directory) throws IOException {
    for (int attempt = 1; ops.isDirectory(directory); attempt++) {
      List<Path> before = FileTree.files(ops, directory);
      Findings found = findings.fresh();
      try {
        new CollectionVerifier(ops, directory, found).run();
      } catch (IOException | StoreException e) {
        // A file or folder vanished where none can be missing: looked at again if it was a writer.
        found.damaged(directory, String.valueOf(e.getMessage()));
      }
      boolean still = before.equals(FileTree.files(ops, directory));
      if (!found.hasDamage() || still || attempt == ATTEMPTS) {
        findings.addAll(found);
        return;
      }
      LockSupport.parkNanos(PAUSE_NANOS);
    }
  }
}
