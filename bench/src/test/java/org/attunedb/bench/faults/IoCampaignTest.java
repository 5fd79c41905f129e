package org.attunedb.bench.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

class IoCampaignTest {
  /** Every call of the kinds that change the disk durably; of the others the first ones. */
  private static final int MOST_CALLS = 40;

  @Test
  void io_eachCallFailing_isTypedEndsWritesAndLosesNothing() {
    IoCampaign campaign = new IoCampaign(1, 10, UnaryOperator.identity());
    List<IoCampaign.Outcome> violations = new ArrayList<>();
    for (IoKind kind : IoKind.values()) {
      for (long call = 1; call <= MOST_CALLS; call++) {
        IoCampaign.Outcome outcome = campaign.run(kind, call);
        if (outcome.violation() != null) {
          violations.add(outcome);
        }
        if (!outcome.failed()) {
          break;
        }
        // Stores make no links while they are written to.
        assertThat(kind).isNotEqualTo(IoKind.LINK);
      }
    }

    assertThat(violations).isEmpty();
  }
}
