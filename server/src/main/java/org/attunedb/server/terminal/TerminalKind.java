package org.attunedb.server.terminal;

/** Where text goes. */
public enum TerminalKind {
  /** A person's screen, on which a line can be drawn again. */
  INTERACTIVE,
  /** A file or pipe, which keeps every line. */
  PLAIN
}
