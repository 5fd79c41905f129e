package org.attunedb.server.jobs;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.attunedb.core.codec.StrictJson;
import org.attunedb.core.error.ConflictException;
import org.attunedb.core.error.ErrorCode;
import org.attunedb.core.error.InvalidInputException;
import org.attunedb.index.Attune;
import org.attunedb.index.DeepMemory;
import org.attunedb.index.JobLogEntry;
import org.attunedb.index.JobState;
import org.attunedb.index.TrainingJob;
import org.attunedb.server.cli.CliCommand;
import org.attunedb.server.cli.Confirmation;
import org.attunedb.server.cli.DeepMemoryTarget;
import org.attunedb.server.cli.EmbedderOptions;
import org.attunedb.server.cli.Out;
import org.attunedb.server.cli.OutputForm;
import org.attunedb.server.terminal.DeepMemoryFormat;
import org.attunedb.server.terminal.JobStatusView;
import org.attunedb.server.terminal.PlainText;
import org.attunedb.server.terminal.TextTable;
import org.attunedb.server.terminal.TextTable.Column;
import org.attunedb.server.workflow.CleanStop;
import org.attunedb.server.workflow.JobStatus;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code attune jobs}: what became of trainings. Public because {@link java.util.ServiceLoader}
 * makes it.
 */
public final class JobsCommand implements CliCommand {
  @Override
  public CommandLine create(Out out) {
    return new CommandLine(new Jobs())
        .addSubcommand(new CommandLine(new ListJobs(out)))
        .addSubcommand(new CommandLine(new Status(out)))
        .addSubcommand(new CommandLine(new Logs(out)))
        .addSubcommand(new CommandLine(new Cancel(out)))
        .addSubcommand(new CommandLine(new Resume(out)))
        .addSubcommand(new CommandLine(new Delete(out)));
  }

  @Command(
      name = "jobs",
      description = "Show, cancel, resume and delete the training jobs of a collection.",
      mixinStandardHelpOptions = true)
  private static final class Jobs implements Runnable {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
      throw new ParameterException(
          spec.commandLine(), "what to do is missing: list, status, logs, cancel, resume, delete");
    }
  }

  private static String name(JobState state) {
    return state.getClass().getSimpleName().toLowerCase(Locale.ROOT);
  }

  @Command(
      name = "list",
      description = "List the jobs, oldest first. The store may be in use.",
      mixinStandardHelpOptions = true)
  private static final class ListJobs implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final OutputForm form = new OutputForm();

    ListJobs(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.openReadOnly()) {
        List<TrainingJob> jobs = target.memory(attune).jobs();
        out.out().print(form.of(() -> table(jobs), () -> json(jobs)));
      }
      return 0;
    }

    private static String table(List<TrainingJob> jobs) {
      if (jobs.isEmpty()) {
        return "no training jobs\n";
      }
      TextTable table =
          TextTable.of(
              Column.text("id"),
              Column.text("status"),
              Column.text("results"),
              Column.text("progress"),
              Column.text("submitted"));
      for (TrainingJob job : jobs) {
        JobStatusView view = JobStatus.of(job);
        table.add(
            view.id(),
            view.status().label(),
            view.resultLines().isEmpty()
                ? "not available yet"
                : String.join(", ", view.resultLines()),
            String.join(", ", view.progressLines()),
            job.submitted().toString());
      }
      return table.toString();
    }

    private static String json(List<TrainingJob> jobs) {
      ObjectNode json = StrictJson.object();
      var array = json.putArray("jobs");
      for (TrainingJob job : jobs) {
        JobState state = job.state();
        ObjectNode each = array.addObject();
        each.put("id", job.id());
        each.put("state", name(state));
        each.put("submitted", job.submitted().toString());
        each.put("step", job.progress().step());
        each.put("steps", job.progress().steps());
        if (state instanceof JobState.Completed completed) {
          each.put("outcome", completed.decision().outcome().name().toLowerCase(Locale.ROOT));
          each.put("reason", completed.decision().reason());
          each.put("version", completed.version().orElse(null));
        }
        if (state instanceof JobState.Failed failed) {
          each.put("code", failed.code().wireName());
          each.put("message", failed.message());
        }
      }
      return StrictJson.pretty(json);
    }
  }

  @Command(
      name = "status",
      description = "Show how far a job has come, or how it ended. The store may be in use.",
      mixinStandardHelpOptions = true)
  private static final class Status implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Parameters(paramLabel = "ID", description = "Which job.")
    private String id = "";

    Status(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.openReadOnly()) {
        out.out().print(DeepMemoryFormat.statusBox(JobStatus.of(target.memory(attune).job(id))));
      }
      return 0;
    }
  }

  @Command(
      name = "logs",
      description = "Print what happened to a job. The store may be in use.",
      mixinStandardHelpOptions = true)
  private static final class Logs implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Parameters(paramLabel = "ID", description = "Which job.")
    private String id = "";

    Logs(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.openReadOnly()) {
        for (JobLogEntry entry : target.memory(attune).job(id).log()) {
          out.out().println(entry.time() + " " + PlainText.oneLine(entry.text()));
        }
      }
      return 0;
    }
  }

  @Command(
      name = "cancel",
      description = "Ask the process that runs a job to stop it, and wait until it has.",
      mixinStandardHelpOptions = true)
  private static final class Cancel implements Callable<Integer> {
    private static final int MAX_SECONDS = 86_400;

    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Option(
        names = "--timeout",
        paramLabel = "SECONDS",
        defaultValue = "30",
        description = "How long to wait, 0 to 86400. Default: ${DEFAULT-VALUE}.")
    private int seconds;

    @Parameters(paramLabel = "ID", description = "Which job.")
    private String id = "";

    Cancel(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() throws InterruptedException {
      if (seconds < 0 || seconds > MAX_SECONDS) {
        throw new InvalidInputException(
            ErrorCode.OPTION_OUT_OF_RANGE,
            "--timeout is %s, expected 0 to %s seconds".formatted(seconds, MAX_SECONDS));
      }
      try (Attune attune = target.openReadOnly()) {
        TrainingJob job = target.memory(attune).job(id);
        if (!job.cancel()) {
          throw new ConflictException(
              ErrorCode.JOB_STATE,
              "training job '%s' is %s, expected one that waits or runs"
                  .formatted(id, name(job.state())));
        }
        JobState state =
            job.await(Duration.ofSeconds(seconds))
                .orElseThrow(
                    () ->
                        new ConflictException(
                            ErrorCode.JOB_STATE,
                            "training job '%s' was asked to stop and still runs after %s seconds"
                                .formatted(id, seconds)));
        out.out().printf("job %s: %s%n", id, name(state));
      }
      return 0;
    }
  }

  @Command(
      name = "resume",
      description = "Go on with a job that failed, was cancelled or was interrupted.",
      mixinStandardHelpOptions = true)
  private static final class Resume implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final EmbedderOptions embedders;

    @Mixin private final TrainCommand.LimitOptions limits = new TrainCommand.LimitOptions();

    @Parameters(paramLabel = "ID", description = "Which job.")
    private String id = "";

    Resume(Out out) {
      this.out = out;
      this.embedders = new EmbedderOptions(out);
    }

    @Override
    public Integer call() throws InterruptedException {
      try (CleanStop stop = CleanStop.install();
          embedders;
          Attune attune = target.open()) {
        DeepMemory memory = embedders.collection(attune, target.collection()).deepMemory();
        TrainingJob job = limits.isGiven() ? memory.resume(id, limits.limits()) : memory.resume(id);
        TrainCommand.finish(memory, stop.of(job), out);
      }
      return 0;
    }
  }

  @Command(
      name = "delete",
      description = "Delete a job that has ended. The adapter that it published stays.",
      mixinStandardHelpOptions = true)
  private static final class Delete implements Callable<Integer> {
    private final Out out;

    @Mixin private final DeepMemoryTarget target = new DeepMemoryTarget();

    @Mixin private final Confirmation confirmation = new Confirmation();

    @Parameters(paramLabel = "ID", description = "Which job.")
    private String id = "";

    Delete(Out out) {
      this.out = out;
    }

    @Override
    public Integer call() {
      try (Attune attune = target.open()) {
        DeepMemory memory = target.memory(attune);
        confirmation.require(
            out,
            "delete training job %s of collection '%s', %s, with its labels and log"
                .formatted(id, target.collection(), name(memory.job(id).state())),
            id);
        memory.deleteJob(id);
      }
      out.out().println("deleted job " + id);
      return 0;
    }
  }
}
