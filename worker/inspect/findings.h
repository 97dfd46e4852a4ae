// What should be looked at before training.
#pragma once

#include <string>
#include <vector>

#include "worker/inspect/inspection.h"

namespace pleat {

// A line each, the gravest first: labels that differ, images in two splits, classes without rows or
// with few, pixel values that do not go with data.scale where it matters. Of the numbers of
// `inspection`, which has no findings yet.
std::vector<std::string> FindingsOf(const Inspection& inspection);

}  // namespace pleat
