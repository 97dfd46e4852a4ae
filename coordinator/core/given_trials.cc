#include "coordinator/core/given_trials.h"

#include "absl/strings/str_cat.h"
#include "common/config/search_summary.h"

namespace pleat {
namespace {

std::string ForMore(const Sweep& sweep) {
  return absl::StrCat("`pleat extend ", sweep.name, " --trials N` makes room for more");
}

}  // namespace

bool TakesGivenTrials(const Sweep& sweep) { return IsExternalSearch(sweep.spec.search()); }

std::optional<std::string> WhyNoGivenTrial(const Sweep& sweep) {
  if (!TakesGivenTrials(sweep)) {
    return absl::StrCat("sweep '", sweep.name, "' suggests its trials itself (",
                        MethodName(sweep.spec.search()),
                        " search); submit one with search.method: external, or list trials under "
                        "search.enqueue");
  }
  if (sweep.search_finished) {
    return absl::StrCat("the search of sweep '", sweep.name, "' was finished after ",
                        sweep.given.size(), " trials; ", ForMore(sweep));
  }
  if (sweep.search_ended.has_value()) {
    return absl::StrCat("the search of sweep '", sweep.name,
                        "' has ended: ", sweep.search_ended->reason(), "; ", ForMore(sweep));
  }
  if (sweep.given.size() < sweep.search->size()) return std::nullopt;
  return absl::StrCat("sweep '", sweep.name, "' has all its ", sweep.search->size(),
                      " trials (search.max_trials); ", ForMore(sweep));
}

size_t AvailableTrials(const Sweep& sweep) {
  return TakesGivenTrials(sweep) ? sweep.given.size() : sweep.search->size();
}

Suggestion NextTrial(const Sweep& sweep) {
  const size_t number = sweep.trials.size();
  if (!TakesGivenTrials(sweep)) return sweep.search->Suggest(static_cast<uint32_t>(number), {});
  const auto& parameters = sweep.given[number].parameters();
  return {.parameters = {parameters.begin(), parameters.end()},
          .reason = absl::StrCat("external search: trial ", number + 1, " of at most ",
                                 sweep.search->size(), ", given by a client")};
}

std::optional<std::string> AwaitedFromOutside(const Sweep& sweep) {
  if (!sweep.folds.has_value() || sweep.trials_ended < sweep.given.size() ||
      WhyNoGivenTrial(sweep).has_value()) {
    return std::nullopt;
  }
  return absl::StrCat("waiting for trial ", sweep.given.size(),
                      " from outside (search.method: external; AddTrial gives one, FinishSearch "
                      "says that none come)");
}

}  // namespace pleat
