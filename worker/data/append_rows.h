// Several data sets as one.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "worker/data/dataset.h"

namespace pleat {

// Appends the rows of `more`, of the same shape, labelled like `dataset`, with the same classes and
// the same kind of groups; all that belongs to a row goes with it. `dataset` is "train" among its
// own origins, `more` is called `name`. Groups of one name are one group; groups without names are
// never shared. If only one of the two has ids, the other's rows are called by their numbers there.
// RESOURCE_EXHAUSTED if the pixels do not fit.
absl::Status AppendRows(const std::string& name, Dataset more, Dataset& dataset);

}  // namespace pleat
