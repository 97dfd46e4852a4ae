// The search space as a cube: what every method draws from.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// One parameter of the space.
struct Dimension {
  enum class Kind {
    kReal,      // uniform
    kLogReal,   // uniform in the logarithm
    kNormal,    // normal, cut off at bounds
    kInt,       // uniform
    kLogInt,    // uniform in the logarithm
    kCategory,  // one of a list, in no order
  };
  std::string path;
  Kind kind = Kind::kReal;
  // Number of the last value, counted from 0, where values can be counted; 2^64 - 1 at most.
  std::optional<uint64_t> last_index;
  // Each of the counted values is as likely as another, and takes as much of the coordinates.
  bool even = false;
  // The counted values take LogCells of the coordinates, with this start, for they have uniform
  // logarithms and a step.
  std::optional<double> log_start = {};
};

// A space has a dimension per parameter, in the YAML's order. A coordinate is a number u in [0, 1):
// where a value stands in its distribution, so that an even draw of u is a draw from the
// distribution. Immutable; any thread may use it.
class SearchSpace {
 public:
  // INVALID_ARGUMENT names the parameter that has nothing to draw from.
  static absl::StatusOr<SearchSpace> Make(const v1::SearchSpec& spec);

  const std::vector<Dimension>& dimensions() const { return dimensions_; }

  // The value at a coordinate. Reals are rounded to 6 significant digits and stay within the range.
  std::string ValueAt(size_t dimension, double u) const;
  // Value `index` <= last_index of a dimension that has one.
  std::string ValueOfIndex(size_t dimension, uint64_t index) const;
  // The coordinate of a value: the middle of those that give it. A number outside the range has its
  // nearer end's. Nothing if the text is no number, or not on the list.
  std::optional<double> CoordinateOf(size_t dimension, const std::string& value) const;

  // The point at the coordinates, one per dimension.
  std::vector<v1::ParameterValue> PointAt(const std::vector<double>& coordinates) const;
  // The coordinates of a point; nothing where it has no value of the dimension.
  std::vector<std::optional<double>> CoordinatesOf(
      const std::vector<v1::ParameterValue>& point) const;

 private:
  explicit SearchSpace(const v1::SearchSpec& spec);

  std::vector<v1::ParameterSpec> parameters_;
  std::vector<Dimension> dimensions_;
};

}  // namespace pleat
