package org.attunedb.server.transfer;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class IdLedgerTest {
  @Test
  void add_randomIds_agreesWithAMap() {
    SplittableRandom random = new SplittableRandom(1);
    IdLedger ledger = new IdLedger();
    Map<String, Long> oracle = new HashMap<>();
    for (long position = 1; position <= 50_000; position++) {
      String id = "id" + random.nextInt(30_000);

      long expected = oracle.getOrDefault(id, 0L);
      oracle.putIfAbsent(id, position);

      assertThat(ledger.add(id, position)).isEqualTo(expected);
    }
  }
}
