// The folds that `cross_validation.predefined` gives.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "common/base/keep_going.h"
#include "worker/data/dataset.h"

namespace pleat {

// What a row's text must be.
inline constexpr absl::string_view kPredefinedFoldRange =
    "a fold: a whole number from 0, or -1 for none";

// A row's fold from its text; nothing if it is none.
std::optional<int32_t> ParsePredefinedFold(absl::string_view text);

// Takes the folds of all rows from a text file. Errors as ReadRowLines's; INVALID_ARGUMENT names
// the first line that is no fold.
absl::Status ReadPredefinedFolds(const std::string& path, Dataset& dataset,
                                 const KeepGoing& keep_going);

}  // namespace pleat
