#include "coordinator/service/early_ends.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/config/trial_config.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

// The trial whose fold the task trains.
std::optional<uint32_t> TrialOf(const std::string& task) {
  const std::optional<layout::TaskName> name = layout::ParseTaskId(task);
  if (!name || name->kind != layout::TaskName::Kind::kTrain) return std::nullopt;
  return name->trial;
}

}  // namespace

void EarlyEnds::Follow(const v1::JournalRecord& record) {
  if (record.has_sweep_submitted()) {
    *spec_.mutable_model() = record.sweep_submitted().spec().model();
    *spec_.mutable_training() = record.sweep_submitted().spec().training();
  } else if (record.has_trial_added()) {
    const v1::TrialAdded& added = record.trial_added();
    const std::vector<v1::ParameterValue> parameters(added.parameters().begin(),
                                                     added.parameters().end());
    const auto config = ResolveTrial(spec_, added.trial(), parameters);
    if (!config.ok() || !config->training().has_early_stopping()) return;
    plans_[added.trial()] = {EpochCount(config->training()), config->training().early_stopping()};
  } else if (record.has_epoch_reported()) {
    const v1::EpochReported& reported = record.epoch_reported();
    const std::optional<uint32_t> trial = TrialOf(reported.task());
    if (!trial || !plans_.contains(*trial)) return;
    last_epochs_[reported.task()] = reported.metrics().epoch();
  }
}

std::optional<EarlyEnd> EarlyEnds::Of(const std::string& task) const {
  const std::optional<uint32_t> trial = TrialOf(task);
  const auto plan = trial ? plans_.find(*trial) : plans_.end();
  const auto last = last_epochs_.find(task);
  if (plan == plans_.end() || last == last_epochs_.end()) return std::nullopt;
  const auto& [epochs, early_stopping] = plan->second;
  if (last->second >= epochs) return std::nullopt;
  const uint32_t patience = std::max(1u, early_stopping.patience());
  return EarlyEnd{absl::StrCat("ended early after epoch ", last->second, " of ", epochs),
                  absl::StrCat(early_stopping.metric(), " made no progress for ", patience,
                               patience == 1 ? " epoch" : " epochs")};
}

}  // namespace pleat
