// pleat status: one sweep as it stands.
#include <algorithm>
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/event_line.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "client/matrix_view.h"
#include "client/summary_view.h"
#include "client/table.h"
#include "client/terminal.h"
#include "common/base/clock.h"

namespace pleat {
namespace {

// What a group does: "quickstart: trial 2 fold 1", and what it waits for, or why it has nothing to
// do.
std::string WorkText(const v1::WorkerStatus& worker) {
  if (!worker.has_attempt()) return absl::StrCat("idle: ", worker.idle_reason());
  return absl::StrCat(worker.attempt().sweep(), ": ", TaskText(worker.attempt().task()),
                      worker.waits_for().empty() ? "" : ", waits: ", worker.waits_for());
}

Table WorkerTable(const v1::GetResponse& sweep) {
  Table table{.headings = {"worker", "host", "process", "ranks", "device", "now"}, .rows = {}};
  for (const v1::WorkerStatus& worker : sweep.workers()) {
    table.rows.push_back(
        {worker.worker_id(), worker.info().host(), absl::StrCat(worker.info().pid()),
         absl::StrCat(worker.info().group_size()), worker.info().device(), WorkText(worker)});
  }
  return table;
}

void PrintMatrix(const v1::GetResponse& sweep) {
  const bool is_terminal = Terminal::CanRedraw(stdout);
  const int64_t end_ms =
      sweep.has_ended() ? sweep.summary().ended_unix_ms() : SystemClock().UnixMs();
  // Every trial is printed: the lines scroll.
  const MatrixOptions options{
      .width = is_terminal ? Terminal::SizeOf(stdout).width : 120,
      .height = static_cast<size_t>(sweep.trials_size()) + 10,
      .color = Terminal::HasColor(stdout),
      .elapsed_ms = std::max<int64_t>(end_ms - sweep.summary().submitted_unix_ms(), 0),
      .note = ""};
  for (const std::string& line : MatrixLines(SweepView::FromStatus(sweep), options)) {
    std::printf("%s\n", line.c_str());
  }
}

}  // namespace

ExitCode ShowStatus(const StatusOptions& options) {
  Connection connection(options.coordinator);
  const absl::StatusOr<v1::GetResponse> sweep = connection.Get(options.name);
  if (!sweep.ok()) return PrintError(sweep.status());
  if (options.json) {
    std::printf("%s", ToJsonText(*sweep).c_str());
    return kExitDone;
  }
  PrintMatrix(*sweep);
  if (!sweep->refuses().empty()) std::printf("\n%s\n", sweep->refuses().c_str());
  if (!sweep->has_ended()) {
    std::printf("%s%s", SearchEndedText(*sweep).c_str(), ChangesText(*sweep).c_str());
  }
  if (sweep->has_ended()) {
    std::printf("\n%s", OutcomeText(*sweep).c_str());
  } else if (sweep->workers().empty()) {
    std::printf("\nno workers are connected; start some with: pleat-worker --coordinator %s\n",
                connection.address().c_str());
  } else {
    std::printf("\n%s", TableText(WorkerTable(*sweep)).c_str());
  }
  return kExitDone;
}

}  // namespace pleat
