#include "common/config/pruning_check.h"

#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/config/field_rules.h"
#include "common/config/trial_config.h"
#include "common/folds/splitter.h"

namespace pleat {
namespace {

// True if a value at `path` may say how many epochs a fold has.
bool SetsEpochs(const std::string& path) {
  for (const char* field : {"training.epochs", "training.train"}) {
    if (path == field || absl::StartsWith(field, absl::StrCat(path, "."))) return true;
  }
  return false;
}

void CheckEpochs(const v1::SearchSpec& search, std::vector<Problem>* problems) {
  for (const v1::ParameterSpec& parameter : search.parameters()) {
    const std::string path = ElementPath("search.parameters", parameter.key());
    const auto check = [&](const std::string& field, Problem problem) {
      if (!SetsEpochs(field)) return;
      problem.message = absl::StrCat(
          field,
          " may not differ between trials that race, which are compared epoch by epoch; "
          "leave it out, or search.pruning");
      problems->push_back(std::move(problem));
    };
    check(parameter.key(), {path, "", /*at_key=*/true});
    for (int i = 0; i < parameter.also_size(); ++i) {
      check(parameter.also(i), {ElementPath(FieldPath(path, "also"), absl::StrCat(i)), ""});
    }
  }
}

void CheckRacing(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::FoldRacingSpec& racing = spec.search().pruning().fold_racing();
  const uint32_t folds = FoldCount(spec.cross_validation());
  const double least = std::ldexp(1.0, -static_cast<int>(folds));
  if (racing.rule() != "wilcoxon" || folds == 0 || racing.false_stop_rate() > least) return;
  problems->push_back(
      {"search.pruning.fold_racing.false_stop_rate",
       absl::StrFormat("of %d folds no signed-rank test has a p value below %.4g, so that nothing "
                       "would ever stop; give more than that, or more folds",
                       folds, least)});
}

// Epochs that a field asks for, which must be fewer than a fold has.
void CheckFewerEpochs(const std::string& path, uint64_t asked, const char* what,
                      const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const uint32_t epochs = EpochCount(spec.training());
  if (asked < epochs) return;
  problems->push_back({path, absl::StrCat(what, " after ", asked, " epochs, but folds have ",
                                          epochs, "; give fewer, or more training.epochs")});
}

void CheckAsha(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::AshaSpec& asha = spec.search().pruning().asha();
  CheckFewerEpochs("search.pruning.asha.min_epochs", asha.min_epochs(), "the first rung would end",
                   spec, problems);
  uint64_t last = asha.min_epochs();
  for (uint32_t bracket = 1; bracket < asha.brackets(); ++bracket) {
    last *= asha.eta();
    if (last < EpochCount(spec.training())) continue;
    problems->push_back({"search.pruning.asha.brackets",
                         absl::StrCat("the first rung of bracket ", bracket, " would end after ",
                                      last, " epochs, but folds have ", EpochCount(spec.training()),
                                      "; give at most ", bracket)});
    return;
  }
}

}  // namespace

bool TrialsRace(const v1::SearchSpec& search) {
  const v1::PruningSpec& pruning = search.pruning();
  return pruning.has_fold_racing() || pruning.has_asha() || pruning.has_percentile();
}

std::string DescribePruning(const v1::SearchSpec& search) {
  const v1::PruningSpec& pruning = search.pruning();
  std::vector<std::string> rules;
  if (pruning.has_fold_racing()) {
    rules.push_back(absl::StrCat("fold racing (", pruning.fold_racing().rule(), ")"));
  }
  if (pruning.has_asha()) {
    const v1::AshaSpec& asha = pruning.asha();
    rules.push_back(absl::StrCat(
        "asha (eta ", asha.eta(), ", from ", asha.min_epochs(),
        asha.min_epochs() == 1 ? " epoch" : " epochs",
        asha.brackets() > 1 ? absl::StrCat(", ", asha.brackets(), " brackets") : "", ")"));
  }
  if (pruning.has_percentile()) {
    rules.push_back(absl::StrCat("percentile (best ", pruning.percentile().keep_percent(), " %)"));
  }
  return absl::StrJoin(rules, ", ");
}

void CheckPruning(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::SearchSpec& search = spec.search();
  if (!TrialsRace(search)) return;
  CheckEpochs(search, problems);
  if (search.pruning().has_fold_racing()) CheckRacing(spec, problems);
  if (search.pruning().has_asha()) CheckAsha(spec, problems);
  if (search.pruning().has_percentile()) {
    CheckFewerEpochs("search.pruning.percentile.warmup_epochs",
                     search.pruning().percentile().warmup_epochs(), "the warm-up would end", spec,
                     problems);
  }
}

}  // namespace pleat
