#include "worker/train/step_losses.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/train/group_agreement.h"

namespace pleat {

void StepLosses::Add(double loss) {
  has_steps_ = true;
  before_ = last_;
  last_ = loss;
}

absl::StatusOr<std::string> StepLosses::LastFinite(Group& group,
                                                   const v1::TrainingState& state) const {
  PLEAT_ASSIGN_OR_RETURN(const double last, SumOverRanks(group, last_));
  PLEAT_ASSIGN_OR_RETURN(const double before, SumOverRanks(group, before_));
  for (const double loss : {last, before}) {
    if (std::isfinite(loss)) return absl::StrCat("the last finite loss was ", loss);
  }
  if (state.history_size() == 0) return "no loss was finite";
  const v1::EpochMetrics& epoch = *state.history().rbegin();
  return absl::StrCat("the last finite loss was ", epoch.train_loss(), ", the mean of epoch ",
                      epoch.epoch());
}

}  // namespace pleat
