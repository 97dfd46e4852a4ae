// pleat pull: the ensemble of a sweep, with all that is needed to use it elsewhere.
#include <cstdio>

#include "client/commands.h"
#include "client/connection.h"
#include "client/ensemble_download.h"
#include "client/exit_code.h"
#include "client/stop_signal.h"

namespace pleat {

ExitCode PullEnsemble(const PullOptions& options) {
  Connection connection(options.coordinator, Connection::kPatienceMs, &CatchStopSignals());
  const absl::StatusOr<v1::GetResponse> sweep = connection.Get(options.name);
  if (!sweep.ok()) return PrintError(sweep.status());
  const absl::StatusOr<Download> download = DownloadEnsemble(connection, *sweep, options.to);
  if (!download.ok()) return PrintError(download.status());
  if (download->existed) {
    std::printf("%s holds the ensemble of %s already\n", options.to.c_str(), options.name.c_str());
    return kExitDone;
  }
  std::printf(
      "%s: %lu files, %.1f MB in %s\n  pleat predict %s --input FILE --out predictions.csv\n",
      options.name.c_str(), download->files, static_cast<double>(download->bytes) * 1e-6,
      options.to.c_str(), options.to.c_str());
  return kExitDone;
}

}  // namespace pleat
