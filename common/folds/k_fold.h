// scikit-learn's KFold.
#pragma once

#include <cstdint>
#include <vector>

#include "common/base/numpy_random.h"

namespace pleat {

// The validation fold of each of `rows` rows: consecutive blocks whose sizes differ by at most one,
// the larger ones first. With `random` the rows are shuffled before, as KFold(shuffle=True) does
// with this random_state. `rows` >= `folds` > 0.
std::vector<int32_t> KFold(uint32_t rows, uint32_t folds, NumpyRandomState* random);

}  // namespace pleat
