// pleat export-trial, export-optuna: a trial or a sweep as other programs read it.
#include <cstdio>

#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/exported_trial.h"
#include "client/optuna_journal.h"
#include "client/run_folder.h"
#include "common/base/status_macros.h"
#include "common/store/atomic_file.h"

namespace pleat {
namespace {

absl::Status Export(const ExportTrialOptions& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const v1::GetResponse sweep, connection.Get(options.name));
  PLEAT_ASSIGN_OR_RETURN(const std::string yaml, ExportedTrialYaml(sweep, options.trial));
  if (options.out.empty()) {
    std::printf("%s", yaml.c_str());
    return absl::OkStatus();
  }
  PLEAT_RETURN_IF_ERROR(WriteFileAtomically(options.out, yaml));
  std::printf("%s: run it with: pleat run %s\n", options.out.c_str(), options.out.c_str());
  return absl::OkStatus();
}

absl::Status Export(const ExportOptunaOptions& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const v1::GetResponse sweep, connection.Get(options.name));
  PLEAT_RETURN_IF_ERROR(WriteFileAtomically(options.out, OptunaJournal(sweep)));
  std::printf("%s: %d trials; look at them with: optuna-dashboard %s\n", options.out.c_str(),
              sweep.trials_size(), options.out.c_str());
  return absl::OkStatus();
}

}  // namespace

ExitCode ExportTrial(const ExportTrialOptions& options) {
  return WithFolderOrAddress(options.dir, options.coordinator,
                             [&](Connection& connection) { return Export(options, connection); });
}

ExitCode ExportOptuna(const ExportOptunaOptions& options) {
  return WithFolderOrAddress(options.dir, options.coordinator,
                             [&](Connection& connection) { return Export(options, connection); });
}

}  // namespace pleat
