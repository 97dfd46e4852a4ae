// Why most folds of a sweep were given up.
#pragma once

#include <string>

#include "coordinator/core/sweep.h"

namespace pleat {

// "3 of 4 folds were given up for: MESSAGE", the message of the first of those whose messages
// differ in nothing but numbers and are the most; empty if none was given up.
std::string CommonestCause(const Sweep& sweep);

}  // namespace pleat
