// pleat explain: every decision, with its reason.
#include <cstdio>

#include "client/commands.h"
#include "client/connection.h"
#include "client/json_output.h"
#include "client/run_folder.h"
#include "client/time_text.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

void PrintDecisions(const v1::ExplainResponse& response) {
  if (response.decisions().empty()) std::printf("nothing was decided about it yet\n");
  if (response.omitted() > 0) {
    std::printf(
        "%llu older decisions are left out; name a trial, or a trial and a fold, to see "
        "all of those about it\n",
        static_cast<unsigned long long>(response.omitted()));
  }
  for (const v1::Decision& decision : response.decisions()) {
    std::printf("%s  %s: %s%s%s\n", LocalTimeText(decision.time_unix_ms()).c_str(),
                decision.subject().c_str(), decision.decision().c_str(),
                decision.reason().empty() ? "" : "\n    because ", decision.reason().c_str());
  }
}

}  // namespace

ExitCode ExplainSweep(const ExplainOptions& options) {
  v1::ExplainRequest request;
  request.set_name(options.name);
  if (options.trial) request.set_trial(*options.trial);
  if (options.fold) request.set_fold(*options.fold);
  const auto explain = [&](Connection& connection) -> absl::Status {
    PLEAT_ASSIGN_OR_RETURN(const v1::ExplainResponse response, connection.Explain(request));
    if (options.json) {
      std::printf("%s", ToJsonText(response).c_str());
    } else {
      PrintDecisions(response);
    }
    return absl::OkStatus();
  };
  return WithFolderOrAddress(options.dir, options.coordinator, explain);
}

}  // namespace pleat
