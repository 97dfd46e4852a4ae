// pleat export-trial: a trial as a YAML that runs.
#include <cstdio>

#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/exported_trial.h"
#include "common/store/atomic_file.h"

namespace pleat {

ExitCode ExportTrial(const ExportTrialOptions& options) {
  Connection connection(options.coordinator);
  const absl::StatusOr<v1::GetResponse> sweep = connection.Get(options.name);
  if (!sweep.ok()) return PrintError(sweep.status());
  const absl::StatusOr<std::string> yaml = ExportedTrialYaml(*sweep, options.trial);
  if (!yaml.ok()) return PrintError(yaml.status());
  if (options.out.empty()) {
    std::printf("%s", yaml->c_str());
    return kExitDone;
  }
  const absl::Status status = WriteFileAtomically(options.out, *yaml);
  if (!status.ok()) return PrintError(status);
  std::printf("%s: run it with: pleat run %s\n", options.out.c_str(), options.out.c_str());
  return kExitDone;
}

}  // namespace pleat
