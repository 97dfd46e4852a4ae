// Comparisons that every trial of a search keeps.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "common/config/constraint_expression.h"
#include "common/config/diagnostic.h"
#include "proto/sweep.pb.h"

namespace pleat {

// The value of each parameter of a search, in the YAML's order; nothing where it is no part of a
// trial.
using ParameterTexts = std::vector<std::optional<std::string>>;

// Immutable; any thread may use it.
class Constraints {
 public:
  // None.
  Constraints() = default;
  // Those of a sweep. Appends a problem for each that does not read, or names what is no number of
  // model or training.
  static Constraints Make(const v1::SweepSpec& spec, std::vector<Problem>* problems);

  bool empty() const { return comparisons_.empty(); }
  // The number of the first constraint that the values break; nothing if they keep all. A
  // constraint on a field that the trial does not have is kept, one that divides by 0 is broken.
  // Constraints on parameters in `unknown` are left out.
  std::optional<size_t> FirstBroken(const ParameterTexts& values,
                                    const std::set<int>& unknown = {}) const;

 private:
  // A field's value in trials where some parameters, by number, have these texts.
  struct FixedValue {
    std::vector<std::pair<int, std::string>> where = {};
    double value = 0;
  };
  // What a path stands for: a parameter's value where it is part of the trial, and else the first
  // fixed one that fits.
  struct Operand {
    int parameter = -1;
    std::vector<FixedValue> fixed = {};
  };
  struct Comparison {
    ConstraintExpression expression = {};
    std::vector<Operand> operands = {};  // by node
    std::set<int> parameters = {};
  };

  static Operand MakeOperand(const v1::SweepSpec& spec, const std::string& path,
                             std::string* problem);
  static std::optional<double> ValueOf(const Operand& operand, const ParameterTexts& values);
  static bool Keeps(const Comparison& comparison, const ParameterTexts& values);

  std::vector<Comparison> comparisons_;
};

}  // namespace pleat
