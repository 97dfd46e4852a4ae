// Trials that are planned ahead, so that none repeats another or breaks a constraint.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "coordinator/search/search_method.h"
#include "coordinator/search/search_space.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The most trials of a method that draws: `max_trials`, but not more than there are different ones,
// nor than one without parameters. Trials by hand count.
uint32_t MostTrials(const SearchSpace& space, const v1::SearchSpec& spec);

// Points with the same text are the same.
std::string TextOfPoint(const std::vector<v1::ParameterValue>& point);

// Draws that a method has no end of.
inline constexpr uint32_t kEndlessDraws = UINT32_MAX;

// Draws in the order of their numbers, of which those are taken that keep the constraints and are
// no earlier trial. The first ones have the values that `spec.enqueue` names. So a trial is the
// same whatever `max_trials` is. Immutable; any thread may use it.
class TrialPlan {
 public:
  // Values of all dimensions in draw `number`.
  using Draw = std::function<std::vector<std::string>(uint32_t number)>;

  // At most `most` trials of `draws` draws. Where 10,000 draws in a row bring nothing new, the rest
  // of the space's grid follows in its order; without a grid the plan ends. INVALID_ARGUMENT: there
  // is no first trial, or none for one by hand.
  static absl::StatusOr<TrialPlan> Make(SearchSpace space, const v1::SearchSpec& spec,
                                        uint32_t most, uint32_t draws, Draw draw);

  uint32_t size() const { return static_cast<uint32_t>(sources_.size()); }
  // Values of all dimensions of a trial, those that are no part of it too.
  std::vector<std::string> ValuesAt(uint32_t trial) const {
    return ValuesOf(trial, sources_[trial]);
  }
  // The trial's point; `method_reason`: why, without what the plan knows.
  Suggestion TrialAt(uint32_t trial, const std::string& method_reason) const;

 private:
  // Where a trial's values come from: a draw, or a point of the grid.
  struct Source {
    uint32_t number = 0;
    bool is_on_grid = false;
  };
  TrialPlan(SearchSpace space, const v1::SearchSpec& spec, Draw draw);
  absl::Status AddDraws(uint32_t most, uint32_t draws);
  void AddRestOfGrid(uint32_t most);
  // Values of all dimensions, with those given by hand.
  std::vector<std::string> ValuesOf(uint32_t trial, Source source) const;
  absl::Status NothingFits() const;

  SearchSpace space_;
  std::vector<v1::EnqueuedTrialSpec> enqueued_;
  Draw draw_;
  std::vector<Source> sources_;
};

// A search of planned trials. `reason`: the method's for trial `trial` of `size`.
std::unique_ptr<SearchMethod> MakePlannedSearch(
    TrialPlan plan, std::function<std::string(uint32_t trial, uint32_t size)> reason);

}  // namespace pleat
