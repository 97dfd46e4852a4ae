// pleat best: a sweep's best trial.
#include <cstdio>

#include "client/best_trial.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "client/run_folder.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

absl::Status Best(const BestOptions& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const v1::GetResponse sweep, connection.Get(options.name));
  PLEAT_ASSIGN_OR_RETURN(const BestOfSweep best, FindBestTrial(sweep));
  if (options.json) {
    std::printf("%s\n", JsonText(BestTrialJson(best)).c_str());
  } else {
    std::printf("%s", BestTrialText(best, options.dir).c_str());
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode ShowBest(const BestOptions& options) {
  return WithFolderOrAddress(options.dir, options.coordinator,
                             [&](Connection& connection) { return Best(options, connection); });
}

}  // namespace pleat
