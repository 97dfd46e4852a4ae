#include "client/command_line.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "client/commands.h"
#include "client/programs.h"
#include "common/base/host_and_port.h"
#include "common/config/did_you_mean.h"
#include "common/folds/fold_assignment.h"

namespace pleat {
namespace {

// A subcommand: its words go into `options`, and when it is the one that the user calls, `run`
// decides the exit code.
template <typename Options>
CLI::App* AddCommand(CLI::App& app, const std::string& name, const std::string& help,
                     ExitCode (*run)(const Options&), const std::shared_ptr<Options>& options,
                     int& exit_code) {
  CLI::App* command = app.add_subcommand(name, help);
  command->callback([run, options, &exit_code] { exit_code = run(*options); });
  return command;
}

void AddName(CLI::App* command, std::string& name) {
  command->add_option("name", name, "name of the sweep")->required();
}

void AddSweepFile(CLI::App* command, std::string& file, std::vector<std::string>& overrides) {
  command->add_option("file", file, "the sweep's YAML")->required();
  command->add_option("--set", overrides, "override a field: training.epochs=3")
      ->allow_extra_args(false);
}

void AddCoordinator(CLI::App* command, std::string& address) {
  command->add_option("--coordinator", address, "host:port of the coordinator")
      ->envname("PLEAT_COORDINATOR")
      ->check(
          [](const std::string& value) { return std::string(CheckHostAndPort(value).message()); },
          "HOST:PORT")
      ->capture_default_str();
}

CLI::Validator NonEmpty() {
  return CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("is empty; name a folder") : std::string();
      },
      "DIR");
}

// Not CLI::Range, which takes NaN.
CLI::Validator Seconds() {
  return CLI::Validator(
      [](const std::string& value) {
        double seconds = 0;
        const bool fits = absl::SimpleAtod(value, &seconds) && seconds >= 1e-4 && seconds <= 1e7;
        return fits ? "" : value + " is no number of seconds from 0.0001 to 10000000";
      },
      "SECONDS");
}

CLI::Range AnyNumber() { return CLI::Range(std::numeric_limits<uint32_t>::max()); }

void AddRun(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RunOptions>();
  CLI::App* command = AddCommand(
      app, "run", "Run a sweep on this machine: coordinator, workers, progress, ensemble, summary",
      RunSweep, options, exit_code);
  AddSweepFile(command, options->file, options->overrides);
  command
      ->add_option("--dir", options->dir,
                   "folder for results and for going on after an interruption")
      ->check(NonEmpty())
      ->capture_default_str();
  command
      ->add_option("--workers", options->workers,
                   "worker groups; default: as many as the cores serve and folds need")
      ->check(CLI::Range(1, 1024));
  command->add_flag("--json", options->json, "end with one JSON object on standard output");
}

void AddValidate(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ValidateOptions>();
  CLI::App* command = AddCommand(app, "validate", "Check a sweep's YAML and say what it would do",
                                 ValidateSweep, options, exit_code);
  AddSweepFile(command, options->file, options->overrides);
  command->add_flag("--json", options->json, "print one JSON object");
}

void AddPlan(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<PlanOptions>();
  CLI::App* command =
      AddCommand(app, "plan",
                 "Say what a sweep will take, without training: fold-epochs, GPU-hours, wall time",
                 PlanSweep, options, exit_code);
  AddSweepFile(command, options->file, options->overrides);
  command->add_option("--groups", options->groups, "groups that train at the same time")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  command->add_option("--ranks", options->ranks, "ranks of each group; default: as the sweep says")
      ->check(CLI::Range(1, 1024));
  command
      ->add_option("--folds", options->folds,
                   "folds of each trial, where only the data can tell how many")
      ->check(CLI::Range(1u, kMostFolds));
  CLI::Option* seconds = command
                             ->add_option("--seconds-per-epoch", options->seconds_per_epoch,
                                          "what a group takes for an epoch of a fold")
                             ->check(Seconds());
  command->add_flag("--probe", options->probe, "measure an epoch on this machine")
      ->excludes(seconds);
  command
      ->add_option("--plays", options->plays,
                   "how often the search is played, each time on another objective")
      ->check(CLI::Range(1, 100))
      ->capture_default_str();
  command->add_flag("--json", options->json, "print one JSON object");
}

// A command of pleat-worker's, which has data and networks; every option is its own.
void AddWorkerCommand(CLI::App& app, const std::string& name, const std::string& help,
                      int& exit_code) {
  CLI::App* command = app.add_subcommand(name, help);
  command->prefix_command();
  command->set_help_flag();
  command->callback(
      [command, name, &exit_code] { exit_code = BecomeWorker(name, command->remaining()); });
}

void AddSchema(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<SchemaOptions>();
  CLI::App* command =
      AddCommand(app, "schema", "Print the JSON Schema of a sweep's YAML, for editors", PrintSchema,
                 options, exit_code);
  command->add_flag("--markdown", options->markdown,
                    "print the reference of all keys for people instead");
}

void AddSubmit(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<SubmitOptions>();
  CLI::App* command =
      AddCommand(app, "submit", "Hand a sweep to a coordinator", SubmitSweep, options, exit_code);
  AddSweepFile(command, options->file, options->overrides);
  command->add_flag("--json", options->json, "print one JSON object");
  AddCoordinator(command, options->coordinator);
}

void AddRunFolder(CLI::App* command, std::string& dir) {
  command
      ->add_option("--dir", dir, "folder of the `pleat run` that made it, instead of a coordinator")
      ->check(NonEmpty());
}

void AddList(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ListOptions>();
  CLI::App* command =
      AddCommand(app, "ls", "List the sweeps of a coordinator, newest first, or a sweep's trials",
                 ListSweeps, options, exit_code);
  command->add_option("name", options->name, "name of the sweep whose trials are listed");
  command->add_option("--sort", options->sort,
                      "sort trials by score, trial, state or a parameter; -score: downwards");
  command->add_option("--filter", options->filter,
                      "only trials for which this holds: 'lr<1e-3 and state=finished'");
  CLI::Option* json = command->add_flag("--json", options->json, "print one JSON object");
  command->add_flag("--csv", options->csv, "print comma-separated values")->excludes(json);
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddBest(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<BestOptions>();
  CLI::App* command = AddCommand(
      app, "best", "Show a sweep's best trial, what its score is worth, and how to go on with it",
      ShowBest, options, exit_code);
  AddName(command, options->name);
  command->add_flag("--json", options->json, "print one JSON object");
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddStatus(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App* command =
      AddCommand(app, "status", "Show a sweep as it stands: trials, folds, workers, result",
                 ShowStatus, options, exit_code);
  AddName(command, options->name);
  command->add_flag("--json", options->json, "print one JSON object");
  AddCoordinator(command, options->coordinator);
}

void AddWatch(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<WatchOptions>();
  CLI::App* command = AddCommand(
      app, "watch", "Follow a sweep to its end: the live trial x fold matrix, or a line per event",
      WatchSweep, options, exit_code);
  AddName(command, options->name);
  command
      ->add_option("--from", options->from,
                   "begin at this sequence number of the journal; default: the first")
      ->check(CLI::NonNegativeNumber);
  command->add_flag("--json", options->json, "print each event as one line of JSON");
  AddCoordinator(command, options->coordinator);
}

void AddExplain(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ExplainOptions>();
  CLI::App* command = AddCommand(
      app, "explain", "Print every decision about a sweep, a trial or a fold, with its reason",
      ExplainSweep, options, exit_code);
  AddName(command, options->name);
  command->add_option("trial", options->trial, "only this trial")->check(AnyNumber());
  command->add_option("fold", options->fold, "only this fold of the trial")->check(AnyNumber());
  command->add_flag("--json", options->json, "print one JSON object");
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddExportTrial(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ExportTrialOptions>();
  CLI::App* command = AddCommand(app, "export-trial", "Write a trial as a YAML that runs",
                                 ExportTrial, options, exit_code);
  AddName(command, options->name);
  command->add_option("trial", options->trial, "number of the trial")
      ->required()
      ->check(AnyNumber());
  command->add_option("--out", options->out, "file to write; default: standard output")
      ->check(NonEmpty());
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddExportOptuna(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ExportOptunaOptions>();
  CLI::App* command =
      AddCommand(app, "export-optuna", "Write a sweep as a journal of Optuna's, for its dashboard",
                 ExportOptuna, options, exit_code);
  AddName(command, options->name);
  command->add_option("--out", options->out, "file to write")->required()->check(NonEmpty());
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddCancel(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<CancelOptions>();
  CLI::App* command = AddCommand(app, "cancel", "Stop a sweep, or one of its trials", CancelSweep,
                                 options, exit_code);
  AddName(command, options->name);
  command->add_option("--trial", options->trial, "only this trial")->check(AnyNumber());
  AddCoordinator(command, options->coordinator);
}

void AddExtend(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ExtendOptions>();
  CLI::App* command =
      AddCommand(app, "extend",
                 "Add trials or repeats to a sweep; one that has ended goes on and makes its next "
                 "ensemble",
                 ExtendSweep, options, exit_code);
  AddName(command, options->name);
  CLI::Option* trials =
      command->add_option("--trials", options->trials, "so many trials more")->check(AnyNumber());
  command->add_option("--repeats", options->repeats, "so many repeats of the cross-validation more")
      ->check(AnyNumber())
      ->excludes(trials);
  command->add_flag("--json", options->json, "print one JSON object");
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddRetry(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RetryOptions>();
  CLI::App* command = AddCommand(
      app, "retry",
      "Train folds again that a trial lacks: those that failed, or were stopped or cancelled with "
      "it.\nAll folds of a trial have as many epochs; for more of them: pleat export-trial",
      RetryTrial, options, exit_code);
  AddName(command, options->name);
  command->add_option("trial", options->trial, "number of the trial")
      ->required()
      ->check(AnyNumber());
  command->add_option("fold", options->fold, "only this fold of the trial")->check(AnyNumber());
  command->add_flag("--fresh", options->fresh, "from the beginning, not from the last checkpoint");
  command->add_flag("--json", options->json, "print one JSON object");
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddLimits(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<LimitsOptions>();
  CLI::App* command = AddCommand(app, "limits", "Change the limits of a sweep while it runs",
                                 ChangeLimits, options, exit_code);
  AddName(command, options->name);
  command
      ->add_option("limits", options->limits,
                   "PATH=VALUE of search.max_trials, resources.max_concurrent_trials, "
                   "resources.max_failures or a part of search.budget (or =none)")
      ->required();
  command->add_flag("--json", options->json, "print one JSON object");
  AddRunFolder(command, options->dir);
  AddCoordinator(command, options->coordinator);
}

void AddRemove(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RemoveOptions>();
  CLI::App* command = AddCommand(app, "rm", "Remove an ended sweep with all its files", RemoveSweep,
                                 options, exit_code);
  AddName(command, options->name);
  AddCoordinator(command, options->coordinator);
}

void AddReport(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ReportOptions>();
  CLI::App* command = AddCommand(
      app, "report", "Show a sweep's curves, classes, confusions and calibration as one HTML page",
      ReportSweep, options, exit_code);
  AddName(command, options->name);
  AddRunFolder(command, options->dir);
  command->add_option("--out", options->out, "file to write; default: NAME-report.html")
      ->check(NonEmpty());
  command->add_option("--baseline", options->baseline, "accuracy that classes are compared with")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_flag("--text", options->text, "print a short form instead");
  AddCoordinator(command, options->coordinator);
}

void AddPull(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<PullOptions>();
  CLI::App* command =
      AddCommand(app, "pull", "Fetch the ensemble of a finished sweep into a folder", PullEnsemble,
                 options, exit_code);
  AddName(command, options->name);
  command->add_option("--to", options->to, "folder to make")->required()->check(NonEmpty());
  AddCoordinator(command, options->coordinator);
}

void AddBackup(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<BackupOptions>();
  CLI::App* command =
      AddCommand(app, "backup", "Copy the state of a running coordinator into one file", BackUp,
                 options, exit_code);
  command
      ->add_option("to", options->to,
                   "file to write, or a folder for a file named by the time; the store's files are "
                   "not part of it")
      ->required()
      ->check(NonEmpty());
  command->add_option("--dir", options->dir, "folder of a `pleat run`")->check(NonEmpty());
  AddCoordinator(command, options->coordinator);
}

void AddRestore(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<RestoreOptions>();
  CLI::App* command = AddCommand(app, "restore", "Make a coordinator's state folder of a backup",
                                 Restore, options, exit_code);
  command->add_option("file", options->file, "what `pleat backup` wrote")->required();
  command->add_option("--state", options->state, "folder to make; an empty one may be there")
      ->required()
      ->check(NonEmpty());
}

ExitCode UnknownCommand(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  std::fprintf(stderr, "pleat: there is no command '%s'%s\n", word.c_str(),
               SuggestWord(word, names).c_str());
  return kExitBadInput;
}

}  // namespace

int RunCommandLine(int argc, char** argv) {
  CLI::App app(
      "Cross-validated training: K folds x search -> one test-time-augmented ensemble.\n"
      "Begin with: pleat run configs/quickstart.yaml",
      "pleat");
  app.set_version_flag("--version", "pleat " PLEAT_VERSION);
  app.require_subcommand(1);
  int exit_code = kExitDone;
  AddRun(app, exit_code);
  AddValidate(app, exit_code);
  AddPlan(app, exit_code);
  AddWorkerCommand(app, "inspect",
                   "Look at a sweep's data before training: classes, images, duplicates, "
                   "augmentation, as a page:\npleat inspect FILE [--set PATH=VALUE] [--out DIR]",
                   exit_code);
  AddSchema(app, exit_code);
  AddSubmit(app, exit_code);
  AddList(app, exit_code);
  AddBest(app, exit_code);
  AddStatus(app, exit_code);
  AddWatch(app, exit_code);
  AddExplain(app, exit_code);
  AddExportTrial(app, exit_code);
  AddExportOptuna(app, exit_code);
  AddCancel(app, exit_code);
  AddExtend(app, exit_code);
  AddRetry(app, exit_code);
  AddLimits(app, exit_code);
  AddRemove(app, exit_code);
  AddReport(app, exit_code);
  AddPull(app, exit_code);
  AddBackup(app, exit_code);
  AddRestore(app, exit_code);
  AddWorkerCommand(app, "predict",
                   "Predict new rows with a pulled ensemble, without a coordinator:\npleat predict "
                   "DIR --input FILE|FOLDER --out FILE (all options: pleat predict DIR --help)",
                   exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      return UnknownCommand(app, argv[1]);
    }
    return app.exit(error) == 0 ? kExitDone : kExitBadInput;
  }
  return exit_code;
}

}  // namespace pleat
