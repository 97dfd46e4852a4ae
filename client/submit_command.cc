// pleat submit, cancel, rm, explain: one call to the coordinator each.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "client/time_text.h"
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
    std::printf("%s", ToJson(*response).c_str());
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

ExitCode ExplainSweep(const ExplainOptions& options) {
  v1::ExplainRequest request;
  request.set_name(options.name);
  if (options.trial) request.set_trial(*options.trial);
  if (options.fold) request.set_fold(*options.fold);
  Connection connection(options.coordinator);
  const absl::StatusOr<v1::ExplainResponse> response = connection.Explain(request);
  if (!response.ok()) return PrintError(response.status());
  if (options.json) {
    std::printf("%s", ToJson(*response).c_str());
    return kExitDone;
  }
  if (response->decisions().empty()) std::printf("nothing was decided about it yet\n");
  if (response->omitted() > 0) {
    std::printf(
        "%llu older decisions are left out; name a trial, or a trial and a fold, to see "
        "all of those about it\n",
        static_cast<unsigned long long>(response->omitted()));
  }
  for (const v1::Decision& decision : response->decisions()) {
    std::printf("%s  %s: %s%s%s\n", LocalTimeText(decision.time_unix_ms()).c_str(),
                decision.subject().c_str(), decision.decision().c_str(),
                decision.reason().empty() ? "" : "\n    because ", decision.reason().c_str());
  }
  return kExitDone;
}

}  // namespace pleat
