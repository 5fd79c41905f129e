package org.attunedb.server.questions;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import org.attunedb.core.Document;
import org.attunedb.core.MetadataValue;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.error.ModelException;
import org.attunedb.index.CollectionReads;
import org.attunedb.server.llm.FailureStreak;
import org.attunedb.server.llm.Journal;
import org.attunedb.server.llm.OrderedCalls;
import org.attunedb.server.llm.Spending;
import org.attunedb.server.llm.StopSignal;
import org.attunedb.server.openai.ChatClient;
import org.attunedb.server.openai.ChatReply;
import org.jspecify.annotations.Nullable;

/**
 * Makes questions about sampled documents of a collection and writes them to a folder in BEIR's
 * layout. Work is kept in the folder's {@code documents.jsonl}, one line a document, as it is done:
 * run again with the same folder and settings, a generation that was cut off goes on, and one that
 * had ended adds what a larger number of questions asks for. Documents come in an order that seed
 * and ids decide, and fall on one side of the split likewise, so that neither depends on when a run
 * was cut off. For one thread.
 */
public final class QuestionGenerator {
  private static final String JOURNAL = "documents.jsonl";

  /** Documents looked at for an estimate. */
  private static final int ESTIMATE_SAMPLE = 200;

  private static final int PAGE = 1_000;

  /** So that documents are not sampled in the order in which they are split. */
  private static final long SPLIT_SALT = 0x5EED;

  private static final long STYLE_SALT = 0x57A1E;

  private final String name;
  private final CollectionReads collection;
  private final QuestionSettings settings;
  private final QuestionFilter filter;
  private final QuestionWriter writer;
  private final @Nullable AnswerCheck check;

  private QuestionGenerator(
      String name,
      CollectionReads collection,
      QuestionSettings settings,
      QuestionWriter writer,
      @Nullable AnswerCheck check) {
    this.name = name;
    this.collection = collection;
    this.settings = settings;
    this.filter = new QuestionFilter(settings.maxOverlap());
    this.writer = writer;
    this.check = check;
  }

  /**
   * A generator that has a language model write.
   *
   * @param name of the collection, for the record
   */
  public static QuestionGenerator withModel(
      String name, CollectionReads collection, QuestionSettings settings, ChatClient model) {
    return new QuestionGenerator(
        name,
        collection,
        settings,
        new LlmQuestionWriter(model),
        settings.checkAnswers() ? new AnswerCheck(model) : null);
  }

  /**
   * A generator that makes questions of the documents' own words.
   *
   * @param name of the collection, for the record
   * @throws InvalidInputException {@code option_out_of_range} if the settings ask for what only a
   *     model can do: styles or the check of answers
   */
  public static QuestionGenerator withoutModel(
      String name, CollectionReads collection, QuestionSettings settings) {
    if (settings.checkAnswers() || !settings.styles().isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.OPTION_OUT_OF_RANGE,
          "styles and the check of answers need a language model, got none");
    }
    return new QuestionGenerator(
        name, collection, settings, new CroppedQuestions(settings.seed()), null);
  }

  /** About what all the questions take from nothing, by a sample of the documents. */
  public Spending estimate() {
    List<String> ids = sampledIds();
    Spending sum = Spending.none();
    int looked = 0;
    for (Document document : collection.getAll(ids.stream().limit(ESTIMATE_SAMPLE).toList())) {
      String text = document.text();
      if (text != null) {
        sum = sum.plus(estimate(text));
        looked++;
      }
    }
    if (looked == 0) {
      return Spending.none();
    }
    long documents =
        Math.min(ids.size(), Math.ceilDiv(settings.questions(), settings.perDocument()));
    double factor = (double) documents / looked;
    return new Spending(
        Math.round(sum.requests() * factor),
        Math.round(sum.inputTokens() * factor),
        Math.round(sum.outputTokens() * factor));
  }

  private Spending estimate(String whole) {
    String text = writer.shown(whole);
    Spending written = writer.estimate(text, settings.perDocument());
    return check == null
        ? written
        : written.plus(AnswerCheck.estimate(text, settings.perDocument()));
  }

  /** One document's turn. */
  private record Asked(String id, boolean test) {}

  /** What one turn gave. */
  private record Judged(List<Draft> drafts, List<Rejection> dropped, Spending spending) {}

  /**
   * Generates, or goes on.
   *
   * @param folder for the files; made if it is missing
   * @param stop ends it early and orderly; what is there is written
   * @throws ModelException if the model fails {@value FailureStreak#LONGEST} times in a row; what
   *     was made before is kept in the folder
   * @throws org.attunedb.core.error.ConflictException {@code already_exists} if the folder was
   *     begun with other settings
   * @throws InvalidInputException {@code too_few_labels} if the collection has no document to ask
   *     about
   */
  public QuestionSet generate(Path folder, QuestionListener listener, StopSignal stop) {
    List<String> ids = sampledIds();
    if (ids.isEmpty()) {
      throw new InvalidInputException(
          ErrorCode.TOO_FEW_LABELS, "collection '%s': no documents to ask about".formatted(name));
    }
    QuestionLedger ledger = new QuestionLedger();
    try (Journal journal = Journal.open(folder.resolve(JOURNAL), settings.fixed(name, writer))) {
      journal.entries().forEach(ledger::take);
      boolean complete = false;
      try {
        complete = new Run(ledger, journal, listener, stop).run(ids.iterator());
      } finally {
        QuestionFiles.write(folder, ledger.set(settings.questions(), complete));
      }
      return ledger.set(settings.questions(), complete);
    }
  }

  /** The ids in the order in which they are asked about. */
  private List<String> sampledIds() {
    List<String> ids = new ArrayList<>();
    String last = null;
    do {
      List<String> page = collection.ids(last, PAGE, settings.filter());
      ids.addAll(page);
      last = page.size() < PAGE ? null : page.getLast();
    } while (last != null);
    record Placed(String id, long place) {}
    return ids.stream()
        .map(id -> new Placed(id, Hashes.number(id, settings.seed())))
        .sorted(Comparator.comparingLong(Placed::place).thenComparing(Placed::id))
        .map(Placed::id)
        .toList();
  }

  /** One run of a generation. */
  private final class Run {
    private final QuestionLedger ledger;
    private final Journal journal;
    private final QuestionListener listener;
    private final StopSignal stop;
    private final FailureStreak streak = new FailureStreak();
    private final Queue<Asked> asked = new ArrayDeque<>();

    /** Not in the journal before the model has shown that it works. */
    private final List<ObjectNode> failures = new ArrayList<>();

    private @Nullable ModelException lastFailure;

    Run(QuestionLedger ledger, Journal journal, QuestionListener listener, StopSignal stop) {
      this.ledger = ledger;
      this.journal = journal;
      this.listener = listener;
      this.stop = stop;
    }

    /** Whether it came to its end. */
    boolean run(Iterator<String> ids) {
      try (OrderedCalls<Judged> calls = new OrderedCalls<>(stop)) {
        listener.progress(ledger.progress(settings.questions()));
        begin(ids, calls);
        while (!asked.isEmpty()) {
          if (calls.isEmpty() || !finish(asked.remove(), calls)) {
            return false;
          }
          begin(ids, calls);
        }
        if (lastFailure != null && streak.isUnbroken()) {
          throw lastFailure;
        }
        writeFailures();
        return !stop.isRequested();
      }
    }

    /**
     * Begins as many calls as there is room and need for. Each document is asked for all that it
     * may have, even where fewer are missing: how many are depends on the calls under way, and so
     * on when a run was cut off. What is too much is left out of the files.
     */
    private void begin(Iterator<String> ids, OrderedCalls<Judged> calls) {
      while (calls.hasRoom() && !stop.isRequested() && ids.hasNext()) {
        if (ledger.kept() + asked.size() * settings.perDocument() >= settings.questions()) {
          return;
        }
        String id = ids.next();
        Optional<Document> document = ledger.knows(id) ? Optional.empty() : collection.get(id);
        document.ifPresent(found -> begin(found, calls));
      }
    }

    private void begin(Document document, OrderedCalls<Judged> calls) {
      String text = document.text();
      if (text == null || text.isBlank()) {
        return;
      }
      asked.add(new Asked(document.id(), isTest(document)));
      calls.begin(() -> judge(document, writer.shown(text)));
    }

    /** Takes one document in; false if the end was asked for meanwhile. */
    private boolean finish(Asked turn, OrderedCalls<Judged> calls) {
      try {
        Judged judged = calls.take();
        streak.success();
        writeFailures();
        write(
            ledger.entry(
                turn.id(), turn.test(), judged.drafts(), judged.dropped(), judged.spending()));
      } catch (ModelException e) {
        if (stop.isRequested()) {
          return false;
        }
        streak.failure(e);
        failures.add(QuestionLedger.failure(turn.id(), String.valueOf(e.getMessage())));
        lastFailure = e;
      }
      return true;
    }

    private void writeFailures() {
      failures.forEach(this::write);
      failures.clear();
    }

    private void write(ObjectNode entry) {
      journal.append(entry);
      ledger.take(entry);
      listener.progress(ledger.progress(settings.questions()));
    }
  }

  private Judged judge(Document document, String text) {
    QuestionWriter.Written written =
        writer.write(document, text, settings.perDocument(), style(document.id()));
    List<Draft> kept = new ArrayList<>();
    List<Rejection> dropped = new ArrayList<>();
    Spending spending = written.spending();
    for (Draft draft : written.drafts()) {
      Optional<Rejection> reason = filter.reject(draft, text);
      if (reason.isEmpty() && check != null) {
        ChatReply<Answerability> verdict = check.check(document.id(), text, draft.text());
        spending = spending.plus(Spending.of(verdict));
        reason =
            verdict.value().answerable() ? Optional.empty() : Optional.of(Rejection.NOT_ANSWERABLE);
      }
      reason.ifPresentOrElse(dropped::add, () -> kept.add(draft));
    }
    return new Judged(kept, dropped, spending);
  }

  private String style(String id) {
    List<String> styles = settings.styles();
    return styles.isEmpty()
        ? ""
        : styles.get(
            (int)
                Math.floorMod(
                    Hashes.number(id, settings.seed() ^ STYLE_SALT), (long) styles.size()));
  }

  private boolean isTest(Document document) {
    return Hashes.share(group(document), settings.seed() ^ SPLIT_SALT) < settings.testShare();
  }

  private String group(Document document) {
    String field = settings.groupBy();
    if (field == null) {
      return document.id();
    }
    Map<String, MetadataValue> values = document.metadata().asMap();
    MetadataValue value = values.get(field);
    return value == null ? document.id() : value.toString();
  }
}
