// Classes by name, so that a class is the same in every set of a sweep.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "worker/data/dataset.h"

namespace pleat {

// What people call a class: its name, or its number if there are no names.
std::string ClassName(const std::vector<std::string>& class_names, int64_t label);

// Numbers the labels of `dataset` by the classes of the training rows, whose names
// (`class_names`) it then has too: classes of one name are one class, and so are those of one
// number ("7" and "07"), if no name tells them apart. Without labels, nothing.
// INVALID_ARGUMENT names a class that is none of the training rows'; if those have no names, that
// is one whose name is no whole number.
absl::Status MatchClasses(const std::vector<std::string>& class_names, Dataset& dataset);

}  // namespace pleat
