// pleat submit, cancel, rm: one call to the coordinator each.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "common/config/sweep_file.h"

namespace pleat {

ExitCode SubmitSweep(const SubmitOptions& options) {
  const absl::StatusOr<SweepFile> sweep = ReadSweepFile(options.file, options.overrides);
  if (!sweep.ok()) {
    std::fprintf(stderr, "%s\n", std::string(sweep.status().message()).c_str());
    return ExitCodeOf(sweep.status());
  }
  Connection connection(options.coordinator);
  const absl::StatusOr<v1::SubmitResponse> response = connection.Submit(sweep->source, sweep->spec);
  if (!response.ok()) return PrintError(response.status());
  if (options.json) {
    std::printf("%s", ToJsonText(*response).c_str());
    return kExitDone;
  }
  const char* name = response->name().c_str();
  std::printf(response->existed() ? "%s: the same sweep is there already\n" : "%s: submitted\n",
              name);
  std::printf("  pleat watch %s\n  pleat pull %s --to %s-ensemble    once it is done\n", name, name,
              name);
  return kExitDone;
}

ExitCode CancelSweep(const CancelOptions& options) {
  v1::CancelRequest request;
  request.set_name(options.name);
  if (options.trial) request.set_trial(*options.trial);
  Connection connection(options.coordinator);
  const absl::Status status = connection.Cancel(request);
  if (!status.ok()) return PrintError(status);
  if (options.trial) {
    std::printf("%s: trial %u is cancelled\n", options.name.c_str(), *options.trial);
  } else {
    std::printf("%s: cancelled; `pleat rm %s` frees its name and files\n", options.name.c_str(),
                options.name.c_str());
  }
  return kExitDone;
}

ExitCode RemoveSweep(const RemoveOptions& options) {
  Connection connection(options.coordinator);
  const absl::Status status = connection.Remove(options.name);
  if (!status.ok()) return PrintError(status);
  std::printf("%s: removed\n", options.name.c_str());
  return kExitDone;
}

}  // namespace pleat
