#include "client/plan_text.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/table.h"
#include "client/time_text.h"

namespace pleat {
namespace {

using Plays = google::protobuf::RepeatedPtrField<v1::Play>;

std::string Counted(uint64_t count, const std::string& what) {
  return absl::StrCat(count, " ", what, count == 1 ? "" : "s");
}

// "7", or "5 to 7".
std::string Range(uint64_t least, uint64_t most) {
  return least == most ? absl::StrCat(least) : absl::StrCat(least, " to ", most);
}

std::string RangeOver(const Plays& plays, uint32_t (v1::Play::*count)() const) {
  const auto [least, most] =
      std::ranges::minmax(plays, {}, [count](const v1::Play& play) { return (play.*count)(); });
  return Range((least.*count)(), (most.*count)());
}

std::string HeadText(const v1::Plan& plan) {
  std::string text = absl::StrCat(
      plan.sweep(), ": ", plan.method(), ", ", Counted(plan.trials(), "trial"), " x ",
      Counted(plan.folds(), "fold"), " x ", Range(plan.fewest_epochs(), plan.most_epochs()),
      plan.most_epochs() == 1 ? " epoch" : " epochs", ", on ", Counted(plan.groups(), "group"),
      " of ", Counted(plan.ranks(), "rank"), "\n");
  if (plan.has_seconds_per_epoch()) {
    absl::StrAppend(&text,
                    absl::StrFormat("%.4g s for an epoch of a fold\n", plan.seconds_per_epoch()));
  }
  return text;
}

std::vector<std::string> AmountsRow(const std::string& name, const v1::Amounts& amounts) {
  std::vector<std::string> row = {name, absl::StrFormat("%.0f", amounts.fold_epochs())};
  if (amounts.has_wall_seconds()) {
    row.push_back(DurationText(std::llround(amounts.wall_seconds() * 1'000)));
    row.push_back(absl::StrFormat("%.4g", amounts.gpu_hours()));
  }
  return row;
}

std::string AmountsTable(const v1::Plan& plan) {
  Table table;
  table.headings = {"", "fold-epochs"};
  if (plan.has_seconds_per_epoch()) {
    table.headings.insert(table.headings.end(), {"wall time", "GPU-hours"});
  }
  table.rows.push_back(AmountsRow("worst case", plan.worst()));
  table.rows.push_back(AmountsRow("expected", plan.expected()));
  const auto [least, most] = std::ranges::minmax(
      plan.plays(), {}, [](const v1::Play& play) { return play.spent().fold_epochs(); });
  if (least.spent().fold_epochs() < most.spent().fold_epochs()) {
    table.rows.push_back(AmountsRow("least of the plays", least.spent()));
    table.rows.push_back(AmountsRow("most of the plays", most.spent()));
  }
  return TableText(table, 2);
}

double MeanFoldEpochs(const Plays& plays) {
  double sum = 0;
  for (const v1::Play& play : plays) sum += play.spent().fold_epochs();
  return sum / plays.size();
}

std::string PruningText(const v1::Plan& plan) {
  if (plan.unpruned().empty()) return "";
  const double saved = 1 - MeanFoldEpochs(plan.plays()) / MeanFoldEpochs(plan.unpruned());
  return absl::StrFormat(
      "search.pruning stops %s of %s trials and saves %.0f %% of the fold-epochs\n",
      RangeOver(plan.plays(), &v1::Play::stopped), RangeOver(plan.plays(), &v1::Play::trials),
      100 * saved);
}

std::string BudgetText(const v1::Plan& plan) {
  const auto ended = std::ranges::find_if(
      plan.plays(), [](const v1::Play& play) { return !play.search_ended().empty(); });
  if (ended == plan.plays().end()) return "";
  return absl::StrCat("the search ends after ", RangeOver(plan.plays(), &v1::Play::trials),
                      " trials: ", ended->search_ended(), "\n");
}

// The mean over the plays after each quarter.
std::vector<std::string> SharesRow(const std::string& name, const Plays& plays) {
  std::vector<std::string> row = {name};
  for (int quarter = 0; quarter < plays[0].better_share_size(); ++quarter) {
    double sum = 0;
    for (const v1::Play& play : plays) sum += play.better_share(quarter);
    row.push_back(absl::StrFormat("%.1f %%", 100 * sum / plays.size()));
  }
  return row;
}

std::string SharesText(const v1::Plan& plan) {
  if (plan.plays(0).better_share().empty()) return "";
  Table table;
  table.headings = {"of its fold-epochs", "25 %", "50 %", "75 %", "100 %"};
  table.rows.push_back(SharesRow("as it is", plan.plays()));
  if (!plan.unpruned().empty()) {
    table.rows.push_back(SharesRow("without pruning", plan.unpruned()));
  }
  return absl::StrCat("the best trial so far is among this share of all configurations after\n",
                      TableText(table, 2));
}

}  // namespace

std::string PlanText(const v1::Plan& plan) {
  std::string text = absl::StrCat(HeadText(plan), "\n", AmountsTable(plan), "\nin ",
                                  Counted(plan.plays_size(), "play"), " on synthetic objectives\n",
                                  PruningText(plan), BudgetText(plan), SharesText(plan));
  if (!plan.notes().empty()) text += "\n";
  for (const std::string& note : plan.notes()) absl::StrAppend(&text, "note: ", note, "\n");
  return text;
}

}  // namespace pleat
