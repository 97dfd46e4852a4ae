// pleat ls: the sweeps of a coordinator.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "client/state_text.h"
#include "client/table.h"
#include "client/time_text.h"

namespace pleat {
namespace {

Table SweepTable(const v1::ListResponse& list) {
  Table table{.headings = {"sweep", "state", "trials", "folds", "running", "best", "score",
                           "submitted", "phase"},
              .rows = {}};
  for (const v1::SweepSummary& sweep : list.sweeps()) {
    table.rows.push_back({sweep.name(), StateText(sweep.state()), absl::StrCat(sweep.trials()),
                          absl::StrCat(sweep.folds_done(), "/", sweep.folds_total()),
                          absl::StrCat(sweep.folds_running()),
                          sweep.has_best_trial() ? absl::StrCat(sweep.best_trial()) : "",
                          sweep.has_best_score() ? absl::StrFormat("%.4f", sweep.best_score()) : "",
                          LocalTimeText(sweep.submitted_unix_ms()), sweep.phase()});
  }
  return table;
}

}  // namespace

ExitCode ListSweeps(const ListOptions& options) {
  Connection connection(options.coordinator);
  const absl::StatusOr<v1::ListResponse> list = connection.List();
  if (!list.ok()) return PrintError(list.status());
  if (options.json) {
    std::printf("%s", ToJson(*list).c_str());
  } else if (options.csv) {
    std::printf("%s", TableCsv(SweepTable(*list)).c_str());
  } else if (list->sweeps().empty()) {
    std::printf("no sweeps yet; hand one in with: pleat submit FILE\n");
  } else {
    std::printf("%s", TableText(SweepTable(*list)).c_str());
  }
  return kExitDone;
}

}  // namespace pleat
