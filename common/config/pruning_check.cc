#include "common/config/pruning_check.h"

#include <cmath>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/config/field_rules.h"
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
          "leave it out, or search.pruning.fold_racing");
      problems->push_back(std::move(problem));
    };
    check(parameter.key(), {path, "", /*at_key=*/true});
    for (int i = 0; i < parameter.also_size(); ++i) {
      check(parameter.also(i), {ElementPath(FieldPath(path, "also"), absl::StrCat(i)), ""});
    }
  }
}

}  // namespace

void CheckPruning(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  if (!spec.search().pruning().has_fold_racing()) return;
  CheckEpochs(spec.search(), problems);
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

}  // namespace pleat
