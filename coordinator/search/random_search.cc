#include "coordinator/search/random_search.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"
#include "common/base/status_macros.h"
#include "coordinator/search/search_space.h"

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

class RandomSearch final : public SearchMethod {
 public:
  RandomSearch(SearchSpace space, uint64_t seed, uint32_t size)
      : space_(std::move(space)), seed_(seed), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial, std::span<const PastTrial>) const override {
    Suggestion suggestion;
    for (size_t i = 0; i < space_.dimensions().size(); ++i) {
      v1::ParameterValue& value = suggestion.parameters.emplace_back();
      value.set_path(space_.dimensions()[i].path);
      value.set_value(Draw(
          space_, i, RandomStream(seed_, RandomPurpose::kSearch, trial, static_cast<uint32_t>(i))));
    }
    suggestion.reason =
        absl::StrCat("random search: draw ", trial + 1, " of ", size_, ", seed ", seed_);
    return suggestion;
  }

 private:
  const SearchSpace space_;
  const uint64_t seed_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeRandomSearch(const v1::SearchSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(SearchSpace space, SearchSpace::Make(spec));
  uint32_t size = spec.max_trials();
  if (space.dimensions().empty()) size = std::max(1u, size);
  if (size == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: random search needs a number of trials, such as 20");
  }
  return std::make_unique<RandomSearch>(std::move(space), spec.seed(), size);
}

}  // namespace pleat
