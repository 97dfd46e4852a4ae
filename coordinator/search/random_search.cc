#include "coordinator/search/random_search.h"

#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"
#include "coordinator/search/search_space.h"
#include "coordinator/search/trial_plan.h"

namespace pleat {
namespace {

std::string Draw(const SearchSpace& space, size_t dimension, RandomStream random) {
  const Dimension& known = space.dimensions()[dimension];
  if (!known.even) return space.ValueAt(dimension, random.NextDouble());
  const uint64_t last = *known.last_index;
  // All 2^64 values have no count of 64 bits.
  const uint64_t index = last == std::numeric_limits<uint64_t>::max() ? random.NextUint64()
                                                                      : random.NextBelow(last + 1);
  return space.ValueOfIndex(dimension, index);
}

std::string RandomReason(uint32_t trial, uint32_t size, uint64_t seed) {
  return absl::StrCat("random search: draw ", trial + 1, " of ", size, ", seed ", seed);
}

class RandomSearch final : public SearchMethod {
 public:
  RandomSearch(SearchSpace space, uint64_t seed, uint32_t size)
      : space_(std::move(space)), seed_(seed), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    return {space_.PointOf(RandomValues(space_, seed_, trial)), RandomReason(trial, size_, seed_)};
  }

 private:
  const SearchSpace space_;
  const uint64_t seed_;
  const uint32_t size_;
};

}  // namespace

std::vector<std::string> RandomValues(const SearchSpace& space, uint64_t seed, uint32_t number,
                                      uint32_t stream) {
  std::vector<std::string> values;
  for (uint32_t i = 0; i < space.dimensions().size(); ++i) {
    const RandomStream random(seed, RandomPurpose::kSearch, number, stream + i);
    values.push_back(Draw(space, i, random));
  }
  return values;
}

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeRandomSearch(const v1::SearchSpec& spec,
                                                               Constraints constraints) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec, std::move(constraints)));
  const uint32_t most = MostTrials(space, spec);
  if (most == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: random search needs a number of trials, such as 20");
  }
  const uint64_t seed = spec.seed();
  if (!space.NeedsPlan()) {
    return WithEnqueuedTrials(std::make_unique<RandomSearch>(std::move(space), seed, most), spec);
  }
  const auto draw = [space, seed](uint32_t number) { return RandomValues(space, seed, number); };
  PLEAT_ASSIGN_OR_RETURN(TrialPlan plan,
                         TrialPlan::Make(std::move(space), spec, most, kEndlessDraws, draw));
  return MakePlannedSearch(std::move(plan), [seed](uint32_t trial, uint32_t size) {
    return RandomReason(trial, size, seed);
  });
}

}  // namespace pleat
