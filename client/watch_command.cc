// pleat watch: follows a sweep until it ends. Leaving does not touch the sweep.
#include <atomic>
#include <cstdio>

#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/stop_signal.h"
#include "client/summary_view.h"
#include "client/sweep_follower.h"
#include "client/terminal.h"

namespace pleat {

ExitCode WatchSweep(const WatchOptions& options) {
  Connection connection(options.coordinator);
  absl::StatusOr<v1::GetResponse> sweep = connection.Get(options.name);
  if (!sweep.ok()) return PrintError(sweep.status());
  SweepView view = SweepView::FromStatus(*sweep);
  const bool is_live = !options.json && Terminal::CanRedraw(stdout);
  // Lines tell the whole story; the matrix needs only what is yet to come.
  const uint64_t from = options.from.value_or(is_live ? view.sequence() + 1 : 0);
  const std::atomic<bool>& stop = CatchStopSignals();
  const absl::Status followed =
      FollowSweep(connection, options.name, from, {.json = options.json, .stop = &stop}, view);
  if (absl::IsCancelled(followed)) return kExitInterrupted;
  if (!followed.ok()) return PrintError(followed);
  sweep = connection.Get(options.name);
  if (!sweep.ok()) return PrintError(sweep.status());
  if (!options.json) std::printf("\n%s", OutcomeText(*sweep).c_str());
  return ExitCodeOf(sweep->ended());
}

}  // namespace pleat
