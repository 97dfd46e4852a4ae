// Cells of the coordinates [0, 1) for values with a step that are uniform in the logarithm.
#pragma once

namespace pleat {

// Value k, which is start + k steps, takes the coordinates from log(start + k) to
// log(start + k + 1), scaled to [0, 1).
struct LogCells {
  // The first value in steps, more than 0. Less than 1e-200 counts as that.
  double start = 1;
  // Number of values.
  double count = 1;

  // Where cell `cell` <= count begins, which is where the one before it ends.
  double BeginOf(double cell) const;
  // The cell that a coordinate lies in; its fraction tells where.
  double PlaceOf(double coordinate) const;
};

}  // namespace pleat
