package org.attunedb.index;

/** How a backup gets its files. */
public enum BackupMode {
  /**
   * Second names of the store's own files where the file system has such, else copies. Takes hardly
   * any time or space; guards against mistakes, but not against a broken disk.
   */
  LINK,
  /** Copies, which share nothing with the store. */
  COPY
}
