package org.attunedb.bench.faults;

import java.util.List;

/**
 * A planted fault in a source of the index module: a snippet and what stands in its place.
 *
 * @param fault for people
 * @param type the changed class, in {@code org.attunedb.index.internal}
 * @param original occurs exactly once
 */
record SourceMutant(String fault, String type, String original, String replacement) {
  private static final String GROUP_COMMIT = "store.GroupCommit";
  private static final String RECOVERY = "log.LogRecovery";
  private static final String APPEND =
      "log.append(group.changes().stream().map(Change::encoded).toList());";

  /** All of them. */
  static List<SourceMutant> all() {
    return List.of(
        new SourceMutant(
            "acknowledged without a force",
            GROUP_COMMIT,
            "if (durability instanceof Durability.Sync) {",
            "if (false) {"),
        new SourceMutant(
            "log cleared before the index is committed",
            GROUP_COMMIT,
            "index.commit(log.last());\n      log.clear();",
            "long last = log.last();\n      log.clear();\n      index.commit(last);"),
        new SourceMutant(
            "writes go on after a failed one",
            GROUP_COMMIT,
            "health.fail(collection, failure);\n    try {\n      index.rollback();",
            "try {\n      index.publish();"),
        new SourceMutant(
            "a batch is split over several frames",
            GROUP_COMMIT,
            APPEND,
            """
            for (Change change : group.changes()) {
              if (change.operation()
                  instanceof org.attunedb.index.internal.log.Operation.Upsert upsert) {
                for (org.attunedb.core.Document document : upsert.documents()) {
                  log.append(
                      List.of(
                          org.attunedb.index.internal.log.OperationCodec.encode(
                              new org.attunedb.index.internal.log.Operation.Upsert(
                                  List.of(document)))));
                }
              } else {
                log.append(List.of(change.encoded()));
              }
            }
            """),
        new SourceMutant(
            "deletes are not logged",
            GROUP_COMMIT,
            APPEND,
            """
            List<byte[]> logged =
                group.changes().stream()
                    .filter(
                        change ->
                            !(change.operation()
                                instanceof org.attunedb.index.internal.log.Operation.DeleteIds))
                    .map(Change::encoded)
                    .toList();
            if (!logged.isEmpty()) {
              log.append(logged);
            }
            """),
        new SourceMutant(
            "frame checksum not compared",
            "log.LogFormat",
            "if (bytes.getInt(Integer.BYTES) != frameChecksum(bytes, length)) {",
            "if (length < 0) {"),
        new SourceMutant(
            "replay stops one operation short",
            RECOVERY,
            "for (int i = 0; i < frame.operations(); i++) {\n      byte[]",
            "for (int i = 0; i < frame.operations() - 1; i++) {\n      byte[]"),
        new SourceMutant(
            "a torn tail is refused",
            RECOVERY,
            "if (!newest || provesMore(format, bytes)) {",
            "if (newest || provesMore(format, bytes)) {"),
        new SourceMutant(
            "damage before acknowledged operations is taken for a torn tail",
            RECOVERY,
            "if (!newest || provesMore(format, bytes)) {",
            "promised = 0;\n        if (!newest) {"),
        new SourceMutant(
            "a damaged last frame is taken for a torn one",
            RECOVERY,
            "if (applied < promised) {",
            "if (promised < 0) {"),
        new SourceMutant(
            "the index says more than it has",
            "store.CollectionIndex",
            "new HashMap<>(commitData(collection, sequence));",
            "new HashMap<>(commitData(collection, sequence + 1));"),
        new SourceMutant(
            "log cleared before what was replayed is committed",
            "store.CollectionOpener",
            "if (last > index.committed()) {",
            "LogRecovery.clear(ops, path);\n      if (last > index.committed()) {"),
        new SourceMutant(
            "a collection is made in its own place",
            "store.Store",
            "Path temporary = CollectionName.temporary(path);",
            "Path temporary = path;"),
        new SourceMutant(
            "a collection is deleted in its own place",
            "store.StoreFolder",
            "files.rename(collection, doomed);\n    files.deleteRecursively(doomed);",
            "files.deleteRecursively(collection);"),
        new SourceMutant(
            "an old commit may be deleted after its files",
            "io.FileOpsDirectory",
            "if (name.startsWith(IndexFileNames.SEGMENTS)) {",
            "if (name.isEmpty()) {"),
        new SourceMutant(
            "a commit's names are not forced before it",
            "io.FileOpsDirectory",
            "    // Lucene forces names only",
            "    if (names.size() >= 0) {\n      return;\n    }\n    // Lucene forces names only"));
  }
}
