// The subcommands of `pleat`, and what they are told; command_line.cc is how people say it. Each
// prints what it has to say, on stderr if it is an error, and returns its exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "client/exit_code.h"

namespace pleat {

// Where a command's coordinator listens, as "host:port".
inline constexpr char kDefaultCoordinator[] = "127.0.0.1:7070";

// The baseline that a report compares classes with, unless the user names another.
inline constexpr double kDefaultBaseline = 0.995;

struct RunOptions {
  std::string file;                    // the sweep's YAML
  std::vector<std::string> overrides;  // "training.epochs=3"
  std::string dir = "pleat-runs";
  int workers = 0;  // 0: as many groups as the cores serve and folds need
  bool json = false;
};
ExitCode RunSweep(const RunOptions& options);

struct ValidateOptions {
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};
ExitCode ValidateSweep(const ValidateOptions& options);

struct PlanOptions {
  std::string file;
  std::vector<std::string> overrides;
  int groups = 1;
  int ranks = 0;                            // 0: as the sweep says, or 1
  int folds = 0;                            // 0: as the sweep says, or the probe finds
  std::optional<double> seconds_per_epoch;  // not with probe
  bool probe = false;                       // measure an epoch on this machine
  int plays = 5;
  bool json = false;
};
ExitCode PlanSweep(const PlanOptions& options);

struct SchemaOptions {
  bool markdown = false;  // the reference for people, not the JSON Schema
};
ExitCode PrintSchema(const SchemaOptions& options);

struct SubmitOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};
ExitCode SubmitSweep(const SubmitOptions& options);

struct ListOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir = {};     // of the `pleat run` that made the sweeps; empty: ask the coordinator
  std::string name = {};    // of the sweep whose trials are listed; empty: the sweeps are
  std::string sort = {};    // of trials: "score", "-lr"; empty: by number
  std::string filter = {};  // of trials: "lr<1e-3 and state=finished"; empty: all
  bool json = false;
  bool csv = false;  // not both
};
ExitCode ListSweeps(const ListOptions& options);

struct BestOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;   // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;  // of the sweep, here and below
  bool json = false;
};
ExitCode ShowBest(const BestOptions& options);

struct StatusOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string name;
  bool json = false;
};
ExitCode ShowStatus(const StatusOptions& options);

struct WatchOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string name;
  std::optional<uint64_t> from;  // sequence number of the journal
  bool json = false;
};
ExitCode WatchSweep(const WatchOptions& options);

struct ExplainOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;
  std::optional<uint32_t> trial;
  std::optional<uint32_t> fold;  // with a trial only
  bool json = false;
};
ExitCode ExplainSweep(const ExplainOptions& options);

struct ExportTrialOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;
  uint32_t trial = 0;
  std::string out;  // file to write; empty: standard output
};
ExitCode ExportTrial(const ExportTrialOptions& options);

struct ExportOptunaOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;
  std::string out;  // file to write
};
ExitCode ExportOptuna(const ExportOptunaOptions& options);

struct CancelOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string name;
  std::optional<uint32_t> trial;  // absent: the whole sweep
};
ExitCode CancelSweep(const CancelOptions& options);

struct ExtendOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;
  uint32_t trials = 0;   // to add; or
  uint32_t repeats = 0;  // of the cross-validation
  bool json = false;
};
ExitCode ExtendSweep(const ExtendOptions& options);

struct RetryOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;
  uint32_t trial = 0;
  std::optional<uint32_t> fold;  // absent: all that the trial lacks
  bool fresh = false;            // not from the last checkpoint
  bool json = false;
};
ExitCode RetryTrial(const RetryOptions& options);

struct LimitsOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string name;
  std::vector<std::string> limits;  // "search.max_trials=12"
  bool json = false;
};
ExitCode ChangeLimits(const LimitsOptions& options);

struct RemoveOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string name;
};
ExitCode RemoveSweep(const RemoveOptions& options);

struct ReportOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string name;
  std::string dir;  // of the `pleat run` that made the sweep; empty: ask the coordinator
  std::string out;  // empty: NAME-report.html
  double baseline = kDefaultBaseline;
  bool text = false;
};
ExitCode ReportSweep(const ReportOptions& options);

struct PullOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string name;
  std::string to;  // folder to make
};
ExitCode PullEnsemble(const PullOptions& options);

struct BackupOptions {
  std::string coordinator = kDefaultCoordinator;
  std::string dir;  // of a `pleat run`; empty: ask the coordinator
  std::string to;   // file to write, or the folder for one named by the time
};
ExitCode BackUp(const BackupOptions& options);

struct RestoreOptions {
  std::string file;
  std::string state;  // folder to make
};
ExitCode Restore(const RestoreOptions& options);

}  // namespace pleat
