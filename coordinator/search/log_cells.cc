#include "coordinator/search/log_cells.h"

#include <algorithm>
#include <cmath>

namespace pleat {
namespace {

// Keeps ratios of any count to it finite.
double StartOf(const LogCells& cells) { return std::max(cells.start, 1e-200); }

// log((start + cell) / start), exact also where both are nearly the same.
double LogRatio(const LogCells& cells, double cell) { return std::log1p(cell / StartOf(cells)); }

}  // namespace

double LogCells::BeginOf(double cell) const {
  return LogRatio(*this, cell) / LogRatio(*this, count);
}

double LogCells::PlaceOf(double coordinate) const {
  return StartOf(*this) * std::expm1(coordinate * LogRatio(*this, count));
}

}  // namespace pleat
