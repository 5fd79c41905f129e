package org.attunedb.index.internal.maintenance;

import java.io.IOException;
import java.nio.file.Path;
import java.util.UUID;
import org.attunedb.core.error.StoreException;
import org.attunedb.index.CollectionSpec;
import org.attunedb.index.internal.adapter.AdapterVerifier;
import org.attunedb.index.internal.feedback.FeedbackVerifier;
import org.attunedb.index.internal.io.FileOps;
import org.attunedb.index.internal.io.StoreFiles;
import org.attunedb.index.internal.jobs.JobVerifier;
import org.attunedb.index.internal.log.LogRecovery;
import org.attunedb.index.internal.log.LogRecovery.SegmentFinding;
import org.attunedb.index.internal.store.CollectionDescription;
import org.attunedb.index.internal.store.CollectionLayout;
import org.jspecify.annotations.Nullable;

/** Verifies one collection's folder, once. Goes on after a problem. Not thread-safe. */
final class CollectionVerifier {
  private final FileOps ops;
  private final StoreFiles files;
  private final Path directory;
  private final Findings findings;

  CollectionVerifier(FileOps ops, Path directory, Findings findings) {
    this.ops = ops;
    this.files = new StoreFiles(ops);
    this.directory = directory;
    this.findings = findings;
  }

  void run() throws IOException {
    CollectionDescription description = describe();
    CollectionSpec spec = description == null ? null : description.spec();
    // The commit before the log: operations may go from the log to a commit, not back.
    IndexVerifier index = new IndexVerifier(ops, directory, description, findings);
    index.run();
    UUID id = description == null ? index.collection() : description.id();
    verifyAdapters(spec);
    JobVerifier.verify(files, directory.resolve(CollectionLayout.JOBS), this::found);
    verifyFeedback(id);
    verifyLog(id, index.sequence());
    for (Path file : FileTree.files(ops, directory)) {
      if (!findings.contains(file)) {
        findings.unreferenced(file);
      }
    }
  }

  private @Nullable CollectionDescription describe() {
    Path file = directory.resolve(CollectionDescription.FILE);
    try {
      CollectionDescription description = CollectionDescription.read(files, directory);
      findings.sound(file);
      return description;
    } catch (StoreException e) {
      findings.damaged(file, e.getMessage());
      return null;
    }
  }

  private void verifyAdapters(@Nullable CollectionSpec spec) {
    Path adapters = directory.resolve(CollectionLayout.ADAPTERS);
    AdapterVerifier.verify(files, adapters, spec, this::found);
  }

  private void verifyFeedback(@Nullable UUID id) throws IOException {
    Path feedback = directory.resolve(CollectionLayout.FEEDBACK);
    if (id != null) {
      FeedbackVerifier.verify(files, feedback, id, this::found);
    } else if (ops.isDirectory(feedback)) {
      for (Path file : FileTree.files(ops, feedback)) {
        findings.damaged(file, "can't be verified: the collection's id is lost");
      }
    }
  }

  private void found(Path file, @Nullable String problem) {
    if (problem == null) {
      findings.sound(file);
    } else {
      findings.damaged(file, problem);
    }
  }

  private void verifyLog(@Nullable UUID id, long committed) throws IOException {
    Path log = directory.resolve(CollectionLayout.LOG);
    if (!ops.isDirectory(log)) {
      findings.damaged(log, "the folder is missing");
      return;
    }
    if (id == null) {
      for (Path file : FileTree.files(ops, log)) {
        findings.damaged(file, "can't be verified: the collection's id is lost");
      }
      return;
    }
    for (SegmentFinding segment : LogRecovery.verify(ops, log, id, committed)) {
      if (segment.damaged()) {
        findings.damaged(segment.file(), segment.note());
      } else {
        findings.sound(segment.file(), segment.note());
      }
    }
  }
}
