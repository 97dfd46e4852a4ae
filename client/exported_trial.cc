#include "client/exported_trial.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/parameter_text.h"
#include "common/base/status_macros.h"
#include "common/config/defaults.h"
#include "common/config/sweep_yaml.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

constexpr size_t kLongestName = 64;

std::string NameOf(const std::string& sweep, uint32_t trial) {
  const std::string end = absl::StrCat("-trial-", trial);
  return sweep.substr(0, kLongestName - end.size()) + end;
}

std::string ScoreText(const v1::GetResponse& sweep, const v1::TrialStatus& trial) {
  if (trial.has_cancelled()) return "it was cancelled";
  if (trial.has_stopped()) return absl::StrCat("it was stopped: ", trial.stopped().reason());
  if (!trial.has_finished() || trial.finished().folds().empty()) return "it has no score";
  return absl::StrFormat("%s %.4f ± %.4f over %d folds", sweep.spec().search().metric().name(),
                         trial.finished().mean(), trial.finished().standard_error(),
                         trial.finished().folds_size());
}

std::string Lineage(const v1::GetResponse& sweep, const v1::TrialStatus& trial) {
  const std::string parameters =
      ShortParameters({trial.parameters().begin(), trial.parameters().end()});
  return absl::StrCat("# Trial ", trial.trial(), " of sweep ", sweep.summary().name(),
                      " as a sweep of its own: ", parameters.empty() ? "" : parameters + "; ",
                      ScoreText(sweep, trial), ".\n",
                      "# Random numbers follow from training.seed, the trial's number and the "
                      "fold: here it is trial "
                      "0, so that\n# its figures will be near those, not the same.\n");
}

}  // namespace

absl::StatusOr<std::string> ExportedTrialYaml(const v1::GetResponse& sweep, uint32_t trial) {
  const std::string& name = sweep.summary().name();
  if (sweep.trials().empty()) {
    return absl::NotFoundError(absl::StrCat("sweep ", name, " has no trials yet"));
  }
  if (trial >= static_cast<uint32_t>(sweep.trials_size())) {
    return absl::NotFoundError(absl::StrCat("sweep ", name, " has no trial ", trial,
                                            "; it has trials 0 to ", sweep.trials_size() - 1));
  }
  const v1::TrialStatus& status = sweep.trials(static_cast<int>(trial));
  PLEAT_ASSIGN_OR_RETURN(
      v1::TrialConfig config,
      ResolveTrial(sweep.spec(), trial, {status.parameters().begin(), status.parameters().end()}));
  v1::SweepSpec spec = sweep.spec();
  spec.set_name(NameOf(name, trial));
  spec.mutable_model()->Swap(config.mutable_model());
  spec.mutable_training()->Swap(config.mutable_training());
  v1::SearchSpec search;
  *search.mutable_metric() = sweep.spec().search().metric();
  FillDefaults(&search);
  spec.mutable_search()->Swap(&search);
  return Lineage(sweep, status) + SweepYaml(spec);
}

}  // namespace pleat
