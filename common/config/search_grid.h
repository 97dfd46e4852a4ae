// The distinct trials of a search space whose values can be counted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "common/config/constraints.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The most combinations that are looked at.
inline constexpr uint64_t kMaxGridSize = 1'000'000;

// All combinations of values that keep the constraints, as in nested loops written in the YAML's
// order: the last parameter varies fastest, but a parameter comes after those that its conditions
// name. One that is no part of a combination does not multiply it. Immutable.
class SearchGrid {
 public:
  // INVALID_ARGUMENT: more than kMaxGridSize combinations, values that cannot be counted, or
  // conditions that go round.
  static absl::StatusOr<SearchGrid> Make(const v1::SearchSpec& search,
                                         const Constraints& constraints);

  uint64_t size() const { return size_; }
  // Number of combinations that break a constraint.
  uint64_t left_out() const { return left_out_; }
  // Number of a parameter's value in combination `point`; nothing where it is no part of it.
  std::optional<uint64_t> ValueIndex(uint64_t point, int parameter) const;

 private:
  class Builder;

  size_t parameters_ = 0;
  uint64_t size_ = 0;
  uint64_t left_out_ = 0;
  std::vector<uint32_t> indexes_;  // [point, parameter]
};

}  // namespace pleat
