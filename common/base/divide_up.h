// Division of whole numbers that rounds up.
#pragma once

#include <cstdint>

namespace pleat {

// The smallest whole number that is at least a / b, for a >= 0 and b > 0.
constexpr int64_t DivideUp(int64_t a, int64_t b) { return (a + b - 1) / b; }

}  // namespace pleat
