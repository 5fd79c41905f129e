package org.attunedb.server.admin;

import java.time.Clock;
import org.attunedb.index.ByteProgress;
import org.attunedb.server.cli.Out;
import org.attunedb.server.terminal.ProgressBar;
import org.jspecify.annotations.Nullable;

/** Draws progress in bytes; the total is known with the first of them. Not thread-safe. */
final class ByteBar implements ByteProgress, AutoCloseable {
  private final Out out;
  private final String title;
  private @Nullable ProgressBar bar;

  ByteBar(Out out, String title) {
    this.out = out;
    this.title = title;
  }

  @Override
  public void update(long done, long total, String file) {
    ProgressBar drawn = bar;
    if (drawn == null) {
      drawn = new ProgressBar(out.err(), out.errKind(), Clock.systemUTC(), title, total);
      bar = drawn;
    }
    drawn.update(done, file);
  }

  @Override
  public void close() {
    if (bar != null) {
      bar.close();
    }
  }
}
