#include "coordinator/search/sobol_search.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "coordinator/search/search_space.h"
#include "coordinator/search/sobol_sequence.h"

namespace pleat {
namespace {

class SobolSearch final : public SearchMethod {
 public:
  SobolSearch(SearchSpace space, SobolSequence sequence, uint64_t seed, uint32_t size)
      : space_(std::move(space)), sequence_(std::move(sequence)), seed_(seed), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    std::vector<double> coordinates;
    for (uint32_t i = 0; i < space_.dimensions().size(); ++i) {
      const uint32_t key = RandomStream(seed_, RandomPurpose::kSobolScrambling, i).NextUint32();
      coordinates.push_back(sequence_.ScrambledAt(trial, i, key));
    }
    return {space_.PointAt(coordinates),
            absl::StrCat("sobol search: point ", trial + 1, " of ", size_, ", seed ", seed_)};
  }

 private:
  const SearchSpace space_;
  const SobolSequence sequence_;
  const uint64_t seed_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSobolSearch(const v1::SearchSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec));
  const auto dimensions = static_cast<uint32_t>(space.dimensions().size());
  PLEAT_ASSIGN_OR_RETURN(SobolSequence sequence, SobolSequence::Make(dimensions));
  const uint32_t size = dimensions == 0 ? std::max(1u, spec.max_trials()) : spec.max_trials();
  if (size == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: sobol search needs a number of trials, such as 32");
  }
  return std::make_unique<SobolSearch>(std::move(space), std::move(sequence), spec.seed(), size);
}

}  // namespace pleat
