package org.attunedb.server.rag;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ModelException;
import org.attunedb.server.llm.FailureStreak;
import org.attunedb.server.llm.Journal;
import org.attunedb.server.llm.OrderedCalls;
import org.attunedb.server.llm.Spending;
import org.attunedb.server.llm.StopSignal;
import org.jspecify.annotations.Nullable;

/**
 * Has contexts judged, each once, and keeps every judgement in a journal as it is made. Contexts at
 * which the judge fails are not kept, so that another run tries them again. For one thread.
 */
final class Judging {
  private static final String JOURNAL = "judgements.jsonl";

  private final ContextRecallJudge judge;
  private final Path folder;
  private final RagListener listener;
  private final StopSignal stop;
  private final Map<String, Judgement> known = new HashMap<>();
  private final Map<String, String> failures = new LinkedHashMap<>();
  private final FailureStreak streak = new FailureStreak();
  private @Nullable ModelException lastFailure;

  Judging(ContextRecallJudge judge, Path folder, RagListener listener, StopSignal stop) {
    this.judge = judge;
    this.folder = folder;
    this.listener = listener;
    this.stop = stop;
  }

  /**
   * What came of it.
   *
   * @param judgements by the contexts' keys
   * @param failures why contexts have none, by their questions' ids
   * @param spending of all the contexts that are judged, whenever they were
   * @param complete whether it ended by itself
   */
  record Judged(
      Map<String, Judgement> judgements,
      Map<String, String> failures,
      Spending spending,
      boolean complete) {}

  Judged judge(Collection<JudgedContext> contexts) {
    Map<String, JudgedContext> byKey = new LinkedHashMap<>();
    contexts.forEach(context -> byKey.put(context.key(), context));
    var settings =
        StrictJson.object()
            .put("model", judge.model().model())
            .put("service", judge.model().service())
            .put("prompts", ContextRecallJudge.PROMPTS);
    try (Journal journal = Journal.open(folder.resolve(JOURNAL), settings)) {
      journal
          .entries()
          .forEach(entry -> known.put(entry.path("context").asText(), Judgement.read(entry)));
      boolean complete = run(journal, byKey);
      known.keySet().retainAll(byKey.keySet());
      Spending spending =
          known.values().stream().map(Judgement::spending).reduce(Spending.none(), Spending::plus);
      return new Judged(Map.copyOf(known), failures, spending, complete);
    }
  }

  private boolean run(Journal journal, Map<String, JudgedContext> contexts) {
    List<String> missing =
        new ArrayList<>(contexts.keySet().stream().filter(key -> !known.containsKey(key)).toList());
    int total = contexts.size();
    int done = total - missing.size();
    listener.judged(done, total);
    Queue<String> next = new ArrayDeque<>(missing);
    Queue<String> asked = new ArrayDeque<>();
    try (OrderedCalls<Judgement> calls = new OrderedCalls<>(stop)) {
      begin(next, asked, contexts, calls);
      while (!asked.isEmpty()) {
        if (calls.isEmpty() || !finish(asked.remove(), contexts, calls, journal)) {
          return false;
        }
        listener.judged(++done, total);
        begin(next, asked, contexts, calls);
      }
    }
    if (lastFailure != null && streak.isUnbroken() && known.isEmpty()) {
      throw lastFailure;
    }
    return !stop.isRequested();
  }

  private void begin(
      Queue<String> next,
      Queue<String> asked,
      Map<String, JudgedContext> contexts,
      OrderedCalls<Judgement> calls) {
    while (calls.hasRoom() && !stop.isRequested() && !next.isEmpty()) {
      String key = next.remove();
      JudgedContext context = contexts.get(key);
      if (context != null) {
        asked.add(key);
        RagQuestion question = context.question();
        calls.begin(() -> judge.judge(question.text(), question.answer(), context.passages()));
      }
    }
  }

  /** Takes one judgement in; false if the end was asked for meanwhile. */
  private boolean finish(
      String key,
      Map<String, JudgedContext> contexts,
      OrderedCalls<Judgement> calls,
      Journal journal) {
    JudgedContext context = contexts.get(key);
    String question = context == null ? key : context.question().id();
    try {
      Judgement judgement = calls.take();
      streak.success();
      var entry = StrictJson.object().put("context", key).put("question", question);
      journal.append(entry.setAll(judgement.json()));
      known.put(key, judgement);
      return true;
    } catch (ModelException e) {
      if (stop.isRequested()) {
        return false;
      }
      streak.failure(e);
      failures.put(question, String.valueOf(e.getMessage()));
      lastFailure = e;
      return true;
    }
  }
}
