#include "coordinator/core/change_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace pleat {

std::string ChangeText(const v1::SweepExtended& update) {
  if (update.repeats() != update.repeats_before()) {
    return absl::StrCat("extended from ", update.repeats_before(), " to ", update.repeats(),
                        " repeats");
  }
  return absl::StrCat("extended from ", update.trials_before(), " to ", update.trials(), " trials");
}

std::string ChangeText(const v1::TrialRetried& update) {
  if (update.folds().empty()) {
    return absl::StrCat("trial ", update.trial(), " counts with all its folds");
  }
  return absl::StrCat("trial ", update.trial(), update.folds_size() == 1 ? " fold " : " folds ",
                      absl::StrJoin(update.folds(), ", "),
                      update.folds_size() == 1 ? " is" : " are", " trained again",
                      update.fresh() ? " from the beginning" : "");
}

std::string ChangeText(const v1::LimitsChanged& update) {
  return absl::StrJoin(update.changes(), ", ", [](std::string* out, const auto& change) {
    absl::StrAppend(out, change.path(), " changed from ", change.from(), " to ", change.to());
  });
}

}  // namespace pleat
