#include "absl/strings/str_cat.h"
#include "coordinator/ensemble/selection.h"

namespace pleat {

Selection SelectAll(std::span<const TrialScore> trials) {
  Selection selection;
  for (const TrialScore& trial : trials) {
    selection.trials.push_back({trial.trial, 1.0 / static_cast<double>(trials.size())});
  }
  selection.reason = absl::StrCat("all ", trials.size(), " finished trials, equally weighted");
  return selection;
}

}  // namespace pleat
