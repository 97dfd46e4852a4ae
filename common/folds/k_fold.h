// scikit-learn's KFold.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace pleat {

// The validation fold of each of `rows` rows: consecutive blocks whose sizes differ by at most one,
// the larger ones first. With `shuffle_seed` the rows are shuffled before, as
// KFold(shuffle=True, random_state=seed) does. `rows` >= `folds` > 0.
std::vector<int32_t> KFold(uint32_t rows, uint32_t folds, std::optional<uint32_t> shuffle_seed);

}  // namespace pleat
