#include "client/sweep_follower.h"

#include <algorithm>
#include <optional>

#include "absl/strings/str_format.h"
#include "client/event_line.h"
#include "client/json_output.h"
#include "client/matrix_view.h"
#include "client/sweep_feed.h"
#include "client/terminal.h"
#include "common/base/clock.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

constexpr int64_t kRedrawMs = 100;
constexpr char kAway[] = "the coordinator does not answer; waiting for it";

// "[00:12] ", the time since the sweep was submitted.
std::string TimeMark(const v1::JournalRecord& record, const SweepView& view) {
  const int64_t begin =
      view.submitted_unix_ms() > 0 ? view.submitted_unix_ms() : record.time_unix_ms();
  const int64_t s = std::max<int64_t>(record.time_unix_ms() - begin, 0) / 1000;
  if (s < 3600) return absl::StrFormat("[%02d:%02d]", s / 60, s % 60);
  return absl::StrFormat("[%d:%02d:%02d]", s / 3600, s / 60 % 60, s % 60);
}

// Shows a sweep while it is followed.
class Display {
 public:
  explicit Display(const FollowOptions& options) : options_(options) {
    if (!options.json && Terminal::CanRedraw(options.out)) terminal_.emplace(options.out);
  }

  // Before `event` is applied to `view`.
  void Show(const v1::WatchResponse& event, const SweepView& view) {
    if (terminal_) return;
    if (options_.json) return PrintLine(ToJsonLine(event));
    const std::optional<std::string> line = EventLine(event, view);
    if (line) PrintLine(absl::StrFormat("%s %s", TimeMark(event.record(), view), *line));
  }

  void ShowAway(bool away) {
    if (away != away_ && !terminal_) {
      std::FILE* file = options_.json ? stderr : options_.out;
      std::fprintf(file, "%s\n", away ? kAway : "the coordinator answers again");
      std::fflush(file);
    }
    away_ = away;
  }

  // Draws the matrix, unless that was done just now.
  void Refresh(const SweepView& view, bool is_last) {
    const int64_t now_ms = SystemClock().SteadyMs();
    if (!terminal_ || (!is_last && now_ms - drawn_ms_ < kRedrawMs)) return;
    drawn_ms_ = now_ms;
    const TerminalSize size = Terminal::SizeOf(options_.out);
    terminal_->Draw(MatrixLines(view, {.width = size.width,
                                       .height = size.height - 1,
                                       .color = Terminal::HasColor(options_.out),
                                       .elapsed_ms = ElapsedMs(view),
                                       .note = away_ ? kAway : ""}));
  }

 private:
  static int64_t ElapsedMs(const SweepView& view) {
    if (view.submitted_unix_ms() == 0) return 0;
    const int64_t end = view.ended() ? view.ended_unix_ms() : SystemClock().UnixMs();
    return std::max<int64_t>(end - view.submitted_unix_ms(), 0);
  }

  void PrintLine(const std::string& line) {
    std::fprintf(options_.out, "%s\n", line.c_str());
    std::fflush(options_.out);
  }

  const FollowOptions& options_;
  std::optional<Terminal> terminal_;
  bool away_ = false;
  int64_t drawn_ms_ = 0;
};

// What a worker said of its data, if they are not what was prepared. The sweep itself would wait
// for other workers.
absl::Status DataFailure(const v1::WatchResponse& event, uint64_t from) {
  const v1::AttemptEnded& ended = event.record().attempt_ended();
  const std::optional<layout::TaskName> task = layout::ParseTaskId(ended.task());
  if (from == 0 || event.record().sequence() < from || ended.failure() != v1::FAILURE_KIND_DATA ||
      !task || task->kind == layout::TaskName::Kind::kPrepare) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(ended.message());
}

}  // namespace

absl::Status FollowSweep(Connection& connection, const std::string& name, uint64_t from_sequence,
                         const FollowOptions& options, SweepView& view) {
  SweepFeed feed(connection, name, from_sequence, options.patience_ms);
  Display display(options);
  absl::Status failure;
  while (failure.ok() && !feed.finished()) {
    for (const v1::WatchResponse& event : feed.Take(kRedrawMs)) {
      display.Show(event, view);
      view.Apply(event);
      failure.Update(DataFailure(event, options.data_failures_from));
    }
    display.ShowAway(feed.is_away());
    const bool stopped = options.stop != nullptr && *options.stop;
    display.Refresh(view, stopped || feed.finished() || !failure.ok());
    if (stopped) return absl::CancelledError("interrupted");
  }
  return failure.ok() ? feed.status() : failure;
}

}  // namespace pleat
