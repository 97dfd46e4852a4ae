// pleat ls: the sweeps of a coordinator, or the trials of a sweep.
#include <cstdio>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/json_output.h"
#include "client/run_folder.h"
#include "client/state_text.h"
#include "client/table.h"
#include "client/time_text.h"
#include "client/trial_filter.h"
#include "client/trial_list.h"
#include "common/base/status_macros.h"

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

absl::Status ListAll(const ListOptions& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const v1::ListResponse list, connection.List());
  if (options.json) {
    std::printf("%s", ToJsonText(list).c_str());
  } else if (options.csv) {
    std::printf("%s", TableCsv(SweepTable(list)).c_str());
  } else if (list.sweeps().empty()) {
    std::printf("no sweeps yet; hand one in with: pleat submit FILE\n");
  } else {
    std::printf("%s", TableText(SweepTable(list)).c_str());
  }
  const bool is_for_people = !options.json && !options.csv;
  if (is_for_people && !list.refuses().empty()) std::printf("%s\n", list.refuses().c_str());
  return absl::OkStatus();
}

absl::Status ListTrialsOf(const ListOptions& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const v1::GetResponse sweep, connection.Get(options.name));
  TrialList list = ListTrials(sweep);
  if (!options.filter.empty()) PLEAT_RETURN_IF_ERROR(FilterTrials(options.filter, list));
  if (!options.sort.empty()) PLEAT_RETURN_IF_ERROR(SortTrials(options.sort, list));
  if (options.json) {
    std::printf("%s\n", JsonText(TrialListJson(list)).c_str());
  } else if (options.csv) {
    std::printf("%s", TableCsv(FullTrialTable(list)).c_str());
  } else if (list.trials.empty()) {
    std::printf(sweep.trials().empty() ? "no trials yet\n" : "no trial fits the filter\n");
  } else {
    std::printf("%s", TableText(TrialTable(list)).c_str());
  }
  return absl::OkStatus();
}

}  // namespace

ExitCode ListSweeps(const ListOptions& options) {
  if (options.name.empty() && !(options.sort.empty() && options.filter.empty())) {
    return PrintError(absl::InvalidArgumentError(
        "--sort and --filter are for the trials of a sweep; name one: pleat ls NAME --sort score"));
  }
  return WithFolderOrAddress(options.dir, options.coordinator, [&](Connection& connection) {
    return options.name.empty() ? ListAll(options, connection) : ListTrialsOf(options, connection);
  });
}

}  // namespace pleat
