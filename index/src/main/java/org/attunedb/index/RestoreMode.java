package org.attunedb.index;

/** What a restore may do to its target. */
public enum RestoreMode {
  /** The target must be missing or an empty folder. */
  NEW,
  /** A store that is there, and is not open, is replaced. */
  REPLACE
}
