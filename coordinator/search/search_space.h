// The search space as a cube: what every method draws from.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/conditions.h"
#include "common/config/constraints.h"
#include "common/config/search_grid.h"
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
  // The dimension is part of a point only where earlier ones, by their numbers, have some of these
  // values, by theirs.
  std::vector<Condition> conditions = {};
};

// A space has a dimension per parameter, in the YAML's order, but after those that its conditions
// name. A coordinate is a number u in [0, 1): where a value stands in its distribution, so that an
// even draw of u is a draw from the distribution. Immutable; any thread may use it.
class SearchSpace {
 public:
  // INVALID_ARGUMENT names the parameter that has nothing to draw from, or says that conditions go
  // round, or that no combination of values keeps the constraints.
  static absl::StatusOr<SearchSpace> Make(const v1::SearchSpec& spec, Constraints constraints = {});

  const std::vector<Dimension>& dimensions() const { return dimensions_; }
  // True if there are neither conditions nor constraints.
  bool IsPlain() const { return is_plain_; }
  // True if draws may repeat each other, or break a constraint.
  bool NeedsPlan() const { return is_countable_ || !is_plain_; }
  // The points, if they can be counted and are at most kMaxGridSize; otherwise null.
  const SearchGrid* grid() const { return grid_.get(); }

  // The value at a coordinate. Reals are rounded to 6 significant digits and stay within the range.
  std::string ValueAt(size_t dimension, double u) const;
  // Value `index` <= last_index of a dimension that has one.
  std::string ValueOfIndex(size_t dimension, uint64_t index) const;
  // The coordinate of a value: the middle of those that give it. A number outside the range has its
  // nearer end's. Nothing if the text is no number, or not on the list.
  std::optional<double> CoordinateOf(size_t dimension, const std::string& value) const;

  // True if a value is on the list, or within the range; steps need not be met.
  bool Contains(size_t dimension, const std::string& value) const;

  // A value given by hand as the dimension lists it.
  std::string Listed(size_t dimension, const std::string& text) const;
  // Values of point `point` of the grid; the first one where a dimension is no part of it.
  std::vector<std::string> ValuesOnGrid(uint64_t point) const;

  // The point that has these values, one per dimension, where they are part of it. All fields that
  // take a value stand after each other.
  std::vector<v1::ParameterValue> PointOf(const std::vector<std::string>& values) const;
  // Whether a dimension is part of the point whose earlier dimensions have these values.
  bool IsPart(size_t dimension, const std::vector<std::string>& values) const {
    return PartsOf(values, dimension + 1).back();
  }
  // True if that point keeps the constraints.
  bool Keeps(const std::vector<std::string>& values) const;
  // Values at the coordinates, one per dimension.
  std::vector<std::string> ValuesAt(const std::vector<double>& coordinates) const;
  // The point at the coordinates, one per dimension.
  std::vector<v1::ParameterValue> PointAt(const std::vector<double>& coordinates) const;
  // The coordinates of a point; nothing where it has no value of the dimension.
  std::vector<std::optional<double>> CoordinatesOf(
      const std::vector<v1::ParameterValue>& point) const;

 private:
  SearchSpace(const v1::SearchSpec& spec, const std::vector<int>& order, Constraints constraints);
  // Whether each of the first `count` dimensions is part of the point with these values.
  std::vector<bool> PartsOf(const std::vector<std::string>& values, size_t count) const;

  std::vector<v1::ParameterSpec> parameters_;
  std::vector<Dimension> dimensions_;
  std::vector<int> order_;  // the number of each dimension's parameter in the YAML
  Constraints constraints_;
  std::shared_ptr<const SearchGrid> grid_;
  bool is_plain_ = true;
  bool is_countable_ = true;
};

}  // namespace pleat
