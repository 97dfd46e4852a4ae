#include "coordinator/search/sobol_search.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"
#include "coordinator/search/search_space.h"
#include "coordinator/search/sobol_sequence.h"
#include "coordinator/search/trial_plan.h"

namespace pleat {
namespace {

std::vector<std::string> SobolValues(const SearchSpace& space, const SobolSequence& sequence,
                                     uint64_t seed, uint32_t point) {
  std::vector<double> coordinates;
  for (uint32_t i = 0; i < space.dimensions().size(); ++i) {
    const uint32_t key = RandomStream(seed, RandomPurpose::kSobolScrambling, i).NextUint32();
    coordinates.push_back(sequence.ScrambledAt(point, i, key));
  }
  return space.ValuesAt(coordinates);
}

std::string SobolReason(uint32_t trial, uint32_t size, uint64_t seed) {
  return absl::StrCat("sobol search: point ", trial + 1, " of ", size, ", seed ", seed);
}

class SobolSearch final : public SearchMethod {
 public:
  SobolSearch(SearchSpace space, SobolSequence sequence, uint64_t seed, uint32_t size)
      : space_(std::move(space)), sequence_(std::move(sequence)), seed_(seed), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    return {space_.PointOf(SobolValues(space_, sequence_, seed_, trial)),
            SobolReason(trial, size_, seed_)};
  }

 private:
  const SearchSpace space_;
  const SobolSequence sequence_;
  const uint64_t seed_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSobolSearch(const v1::SearchSpec& spec,
                                                              Constraints constraints) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec, std::move(constraints)));
  const auto dimensions = static_cast<uint32_t>(space.dimensions().size());
  PLEAT_ASSIGN_OR_RETURN(SobolSequence sequence, SobolSequence::Make(dimensions));
  const uint32_t most = MostTrials(space, spec);
  if (most == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: sobol search needs a number of trials, such as 32");
  }
  const uint64_t seed = spec.seed();
  if (!space.NeedsPlan()) {
    return WithEnqueuedTrials(
        std::make_unique<SobolSearch>(std::move(space), std::move(sequence), seed, most), spec);
  }
  const auto draw = [space, sequence, seed](uint32_t point) {
    return SobolValues(space, sequence, seed, point);
  };
  PLEAT_ASSIGN_OR_RETURN(TrialPlan plan,
                         TrialPlan::Make(std::move(space), spec, most, kEndlessDraws, draw));
  return MakePlannedSearch(std::move(plan), [seed](uint32_t trial, uint32_t size) {
    return SobolReason(trial, size, seed);
  });
}

}  // namespace pleat
