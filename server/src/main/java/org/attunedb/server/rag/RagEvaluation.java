package org.attunedb.server.rag;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.attunedb.core.Document;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.core.evaluation.CostComparison;
import org.attunedb.core.evaluation.ReportSettings;
import org.attunedb.core.filter.Filter;
import org.attunedb.core.search.AdapterChoice;
import org.attunedb.index.CollectionReads;
import org.attunedb.index.CollectionSnapshot;
import org.attunedb.index.VectorCollection;
import org.attunedb.server.llm.Passage;
import org.attunedb.server.llm.Spending;
import org.attunedb.server.llm.StopSignal;
import org.attunedb.server.rag.RagReport.Result;
import org.attunedb.server.rag.RagReport.Scores;
import org.attunedb.server.rag.Retriever.Retrieved;
import org.attunedb.server.rag.ScoreComparison.Kind;
import org.attunedb.server.rag.ScoreComparison.Pair;
import org.jspecify.annotations.Nullable;

/**
 * Retrieves for the same questions without and with an adapter and compares how well the passages
 * support the known answers: by a language model's judgement, and without one by the relevant
 * documents' ids and texts. Documents that the settings' filter leaves out are as if they were not
 * there. Questions of which the collection holds no relevant document are left out. For one thread.
 */
public final class RagEvaluation {
  private final List<RagQuestion> questions;
  private final RagSettings settings;
  private final Map<String, String> relevantTexts = new LinkedHashMap<>();
  private final List<Retrieved> without;
  private final List<Retrieved> with;
  private final Optional<CostComparison> saving;

  /**
   * Retrieves.
   *
   * @throws InvalidInputException {@code too_few_labels} if no question is left
   */
  public RagEvaluation(VectorCollection collection, List<RagQuestion> given, RagSettings settings) {
    this.settings = settings;
    try (CollectionSnapshot view = collection.snapshot()) {
      for (RagQuestion question : given) {
        for (Document document : relevant(view, question)) {
          relevantTexts.put(document.id(), Objects.requireNonNullElse(document.text(), ""));
        }
      }
      List<RagQuestion> known =
          given.stream()
              .filter(q -> q.relevantIds().stream().anyMatch(relevantTexts::containsKey))
              .toList();
      this.questions =
          settings.questions() == 0 ? known : known.stream().limit(settings.questions()).toList();
      if (questions.isEmpty()) {
        throw new InvalidInputException(
            ErrorCode.TOO_FEW_LABELS,
            "collection '%s': none of %s questions has a relevant document here%s"
                .formatted(
                    collection.name(),
                    given.size(),
                    settings.filter() == null ? "" : " that matches the filter"));
      }
      Retriever retriever =
          new Retriever(view, settings.k(), settings.filter(), settings.mode(), settings.adapter());
      List<String> texts = questions.stream().map(RagQuestion::text).toList();
      this.with = retriever.retrieveAll(texts);
      this.without = retriever.withAdapter(AdapterChoice.none()).retrieveAll(texts);
      String version = adapterVersion(with);
      this.saving =
          version == null
              ? Optional.empty()
              : new SavingSearch(view, questions, relevantTexts.keySet(), settings)
                  .compare(version);
    }
  }

  /** A question without a known word has no vector, so that no adapter is applied to it. */
  private static @Nullable String adapterVersion(List<Retrieved> found) {
    for (Retrieved each : found) {
      if (each.adapterVersion() != null) {
        return each.adapterVersion();
      }
    }
    return null;
  }

  private List<Document> relevant(CollectionReads view, RagQuestion question) {
    Filter filter = settings.filter();
    return view.getAll(question.relevantIds()).stream()
        .filter(document -> filter == null || filter.matches(document.metadata()))
        .toList();
  }

  /** About what the judge would take from nothing. */
  public Spending estimate() {
    Map<String, JudgedContext> contexts = new LinkedHashMap<>();
    contexts().forEach(context -> contexts.put(context.key(), context));
    return contexts.values().stream()
        .map(
            each ->
                ContextRecallJudge.estimate(
                    each.question().text(), each.question().answer(), each.passages()))
        .reduce(Spending.none(), Spending::plus);
  }

  private Collection<JudgedContext> contexts() {
    List<JudgedContext> contexts = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      RagQuestion question = questions.get(i);
      if (!question.answer().isBlank()) {
        contexts.add(new JudgedContext(question, without.get(i).passages()));
        contexts.add(new JudgedContext(question, with.get(i).passages()));
      }
    }
    return contexts;
  }

  /** Compares without a language model. */
  public RagReport compare() {
    return report(new Judging.Judged(Map.of(), Map.of(), Spending.none(), true));
  }

  /**
   * Compares, also by a judge.
   *
   * @param folder keeps the judgements in {@code judgements.jsonl}, from which a run that was cut
   *     off goes on; made if it is missing
   * @param stop ends the judging early and orderly
   * @throws org.attunedb.core.error.ModelException if the judge fails several times in a row
   */
  public RagReport compare(
      ContextRecallJudge judge, Path folder, RagListener listener, StopSignal stop) {
    return report(new Judging(judge, folder, listener, stop).judge(contexts()));
  }

  private RagReport report(Judging.Judged judged) {
    List<Result> results = new ArrayList<>();
    for (int i = 0; i < questions.size(); i++) {
      RagQuestion question = questions.get(i);
      results.add(
          new Result(
              question.id(),
              scores(question, without.get(i), judged),
              scores(question, with.get(i), judged)));
    }
    return new RagReport(
        settings.k(),
        questions.size(),
        (int) questions.stream().filter(question -> question.answer().isBlank()).count(),
        adapterVersion(with),
        comparisons(results),
        tokens(without),
        tokens(with),
        saving,
        results,
        judged.failures(),
        judged.spending(),
        judged.complete());
  }

  private Scores scores(RagQuestion question, Retrieved found, Judging.Judged judged) {
    Judgement judgement =
        judged.judgements().get(new JudgedContext(question, found.passages()).key());
    List<String> relevant =
        question.relevantIds().stream().filter(relevantTexts::containsKey).toList();
    List<String> texts = relevant.stream().map(id -> relevantTexts.getOrDefault(id, "")).toList();
    return new Scores(
        found.ids(),
        judgement == null ? null : judgement.recall(),
        ReferenceScores.byIds(relevant, found.ids()),
        ReferenceScores.byText(texts, found.passages()));
  }

  private List<ScoreComparison> comparisons(List<Result> results) {
    List<ScoreComparison> comparisons = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      List<Pair> pairs = new ArrayList<>();
      for (Result result : results) {
        Double before = score(kind, result.without());
        Double after = score(kind, result.with());
        if (before != null && after != null) {
          pairs.add(new Pair(before, after));
        }
      }
      if (!pairs.isEmpty()) {
        comparisons.add(ScoreComparison.of(kind, pairs, settings.seed()));
      }
    }
    return comparisons;
  }

  private static @Nullable Double score(Kind kind, Scores scores) {
    return switch (kind) {
      case LLM -> scores.llm();
      case IDS -> Double.valueOf(scores.ids());
      case TEXT -> Double.valueOf(scores.text());
    };
  }

  private static double tokens(List<Retrieved> found) {
    return found.stream()
        .mapToInt(
            each ->
                each.passages().stream()
                    .map(Passage::text)
                    .mapToInt(ReportSettings::approximateTokens)
                    .sum())
        .average()
        .orElseThrow();
  }
}
