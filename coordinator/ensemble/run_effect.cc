#include "coordinator/ensemble/run_effect.h"

#include <utility>
#include <variant>

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
    return {effect.sweep, absl::OkStatus(), effect.search->Suggest(effect.trial, effect.past)};
  }
  EffectDone operator()(const SelectMembers& effect) const {
    return Done(effect.sweep, RunSelectMembers(effect, store));
  }
  EffectDone operator()(const BuildEnsemble& effect) const {
    return Done(effect.sweep, RunBuildEnsemble(effect, store));
  }
  EffectDone operator()(const RemoveFiles& effect) const {
    return {effect.sweep, store.Remove(layout::SweepFolder(effect.sweep)), std::monostate{}};
  }
};

}  // namespace

EffectDone RunEffect(const Effect& effect, Store& store) {
  return std::visit(Runner{store}, effect);
}

}  // namespace pleat
