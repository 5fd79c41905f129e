package org.attunedb.index;

/** What {@link Attune#open(java.nio.file.Path, AttuneOptions)} may do to a folder. */
public enum OpenMode {
  /** Opens a store, or makes one of a missing or empty folder. The default. */
  OPEN_OR_CREATE,
  /** Opens a store that exists. */
  OPEN,
  /** Makes a store of a missing or empty folder. */
  CREATE,
  /** Deletes what a store holds and opens it empty; makes one of a missing or empty folder. */
  OVERWRITE,
  /**
   * Opens a store for reading. Takes no lock and writes nothing, so any number of processes may,
   * also while one writes; they see what was acknowledged before each opened a collection. The one
   * exception: {@link TrainingJob#cancel} of another process's job leaves an empty file in the
   * job's folder, which that process looks for.
   */
  READ_ONLY
}
