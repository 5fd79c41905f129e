package org.attunedb.server.rag;

import java.util.List;

/** The form in which a judge answers; public because the schema is made of it. */
public record AttributionVerdicts(List<AttributionVerdict> verdicts) {
  /** Copies the list. */
  public AttributionVerdicts {
    verdicts = List.copyOf(verdicts);
  }
}
