#include "coordinator/ensemble/run_effect.h"

#include <utility>
#include <variant>

#include "common/base/failpoint.h"
#include "common/store/store_layout.h"
#include "coordinator/ensemble/assign_folds.h"
#include "coordinator/ensemble/build_ensemble.h"
#include "coordinator/ensemble/select_members.h"

namespace pleat {
namespace {

template <typename T>
EffectDone Done(const std::string& sweep, absl::StatusOr<T> result) {
  if (!result.ok()) return {sweep, result.status(), std::monostate{}};
  return {sweep, absl::OkStatus(), std::move(result).value()};
}

struct Runner {
  Store& store;

  EffectDone operator()(const AssignFolds& effect) const {
    return Done(effect.sweep, RunAssignFolds(effect, store));
  }
  EffectDone operator()(const SuggestTrial& effect) const {
    const absl::Status passed = FailPoint("coordinator.suggest_trial.begin");
    return {effect.sweep, passed, effect.search->Suggest(effect.trial, effect.past)};
  }
  EffectDone operator()(const SelectMembers& effect) const {
    return Done(effect.sweep, RunSelectMembers(effect, store));
  }
  EffectDone operator()(const BuildEnsemble& effect) const {
    return Done(effect.sweep, RunBuildEnsemble(effect, store));
  }
  EffectDone operator()(const RemoveFiles& effect) const {
    absl::Status removed = store.Remove(layout::SweepFolder(effect.sweep));
    if (removed.ok()) removed = FailPoint("coordinator.remove_files.end");
    return {effect.sweep, removed, std::monostate{}};
  }
};

}  // namespace

EffectDone RunEffect(const Effect& effect, Store& store) {
  EffectDone done = std::visit(Runner{store}, effect);
  // It is done, and its result is lost.
  if (done.status.ok()) done.status = FailPoint("coordinator.effect.before_result");
  return done;
}

}  // namespace pleat
