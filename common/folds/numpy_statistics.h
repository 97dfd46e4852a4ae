// Sums and standard deviations with numpy's rounding, bit for bit, where a choice hangs on it.
#pragma once

#include <span>

namespace pleat {

// numpy.sum of contiguous float64: pairwise, in blocks of up to 128 numbers that are added in eight
// lanes (numpy/_core/src/umath/loops_utils.h.src).
double NumpySum(std::span<const double> values);

// numpy.std of contiguous float64 (ddof 0).
double NumpyStd(std::span<const double> values);

// The same for numbers that do not lie side by side, as the columns of a matrix do (axis=0): those
// numpy adds one after the other.
double NumpyStridedStd(std::span<const double> values);

// numpy.isclose(a, b) of finite `a`.
bool NumpyIsClose(double a, double b);

}  // namespace pleat
