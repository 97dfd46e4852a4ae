// Where the values of a search parameter lie beside each other.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The values that the search gave one trial.
using TrialPoint = std::vector<v1::ParameterValue>;

// One parameter of a search as a line from 0 to 1: an even draw from the line is about a draw from
// the parameter's distribution. (A normal one counts as even within two standard deviations.)
struct ParameterAxis {
  enum class Kind {
    kLinear,    // numbers
    kLog,       // numbers, by their logarithm; low > 0
    kCategory,  // a list: each value has an equal part, in the list's order
  };
  std::string path = {};
  Kind kind = Kind::kLinear;
  // What lies at 0 and at 1, of numbers. Values with a step have half a step of room at either end.
  double low = 0;
  double high = 1;
  std::vector<std::string> categories = {};

  // From 0 to 1; numbers beyond the ends lie there. Nothing if it is no number, or not on the list.
  std::optional<double> PlaceOf(const std::string& value) const;
  // The same of a number, on an axis of numbers.
  double PlaceOfNumber(double number) const;
};

// An axis per parameter, in the YAML's order, but none for constants. Trials given by hand may lie
// outside the ranges: the axes are made longer to hold them.
std::vector<ParameterAxis> ParameterAxes(const v1::SearchSpec& search,
                                         std::span<const TrialPoint> trials);

// The text of the value that a trial has; null if it has none.
const std::string* FindValue(const TrialPoint& trial, const std::string& path);

}  // namespace pleat
