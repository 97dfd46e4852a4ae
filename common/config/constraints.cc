#include "common/config/constraints.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"
#include "common/config/parameter_values.h"
#include "common/config/scalar_access.h"
#include "common/config/search_fields.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

using Kind = ExpressionNode::Kind;

std::optional<double> NumberIn(const FieldTarget& target) {
  if (TakesDocuments(target)) return std::nullopt;
  const ScalarValue value = GetScalar(*target.parent, *target.field, target.index);
  if (const auto* real = std::get_if<double>(&value)) return *real;
  if (const auto* whole = std::get_if<int64_t>(&value)) return static_cast<double>(*whole);
  if (const auto* whole = std::get_if<uint64_t>(&value)) return static_cast<double>(*whole);
  return std::nullopt;
}

// The parameter that a field takes its value from; -1: none.
int ParameterOf(const v1::SearchSpec& search, const std::string& path) {
  for (int i = 0; i < search.parameters_size(); ++i) {
    const std::vector<std::string> paths = PathsOf(search.parameters(i));
    if (std::ranges::find(paths, path) != paths.end()) return i;
  }
  return -1;
}

double Apply(Kind kind, double left, double right) {
  switch (kind) {
    case Kind::kAdd:
      return left + right;
    case Kind::kSubtract:
      return left - right;
    case Kind::kMultiply:
      return left * right;
    default:
      return left / right;
  }
}

bool Compare(const std::string& comparison, double left, double right) {
  if (comparison == "<=") return left <= right;
  if (comparison == ">=") return left >= right;
  if (comparison == "<") return left < right;
  if (comparison == ">") return left > right;
  return comparison == "==" ? left == right : left != right;
}

}  // namespace

Constraints Constraints::Make(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  Constraints constraints;
  for (int i = 0; i < spec.search().constraints_size(); ++i) {
    const auto add = [&](size_t offset, std::string message) {
      Problem& problem = problems->emplace_back();
      problem.path = ElementPath("search.constraints", absl::StrCat(i));
      problem.message = std::move(message);
      problem.offset = static_cast<int>(offset);
    };
    auto parsed = ParseConstraint(spec.search().constraints(i));
    if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
      add(error->offset, error->message);
      continue;
    }
    Comparison comparison = {.expression = std::get<ConstraintExpression>(std::move(parsed))};
    for (const ExpressionNode& node : comparison.expression.nodes) {
      Operand& operand = comparison.operands.emplace_back();
      if (node.kind != Kind::kPath) continue;
      std::string problem;
      operand = MakeOperand(spec, node.path, &problem);
      if (!problem.empty()) add(node.offset, std::move(problem));
      if (operand.parameter >= 0) comparison.parameters.insert(operand.parameter);
      for (const FixedValue& fixed : operand.fixed) {
        for (const auto& [parameter, text] : fixed.where) comparison.parameters.insert(parameter);
      }
    }
    constraints.comparisons_.push_back(std::move(comparison));
  }
  return constraints;
}

Constraints::Operand Constraints::MakeOperand(const v1::SweepSpec& spec, const std::string& path,
                                              std::string* problem) {
  Operand operand = {.parameter = ParameterOf(spec.search(), path), .fixed = {}};
  absl::Status why;
  bool is_found = false;
  for (Surrounding& around : SurroundingsOf(spec, path)) {
    const absl::StatusOr<FieldTarget> target = FindParameter(&around.spec, path);
    if (!target.ok()) {
      why = target.status();
      continue;
    }
    is_found = true;
    const std::optional<double> number = NumberIn(*target);
    if (!number.has_value()) {
      *problem = absl::StrCat(path, " is not a number");
      break;
    }
    FixedValue& fixed = operand.fixed.emplace_back();
    fixed.value = *number;
    for (const ChosenValue& choice : around.choices) {
      fixed.where.emplace_back(
          choice.parameter, ValueOfIndex(spec.search().parameters(choice.parameter), choice.value));
    }
  }
  if (!is_found) *problem = std::string(why.message());
  return operand;
}

std::optional<double> Constraints::ValueOf(const Operand& operand, const ParameterTexts& values) {
  double number = 0;
  if (operand.parameter >= 0 && values[operand.parameter].has_value()) {
    return absl::SimpleAtod(*values[operand.parameter], &number) ? std::optional(number)
                                                                 : std::nullopt;
  }
  for (const FixedValue& fixed : operand.fixed) {
    const bool fits = std::ranges::all_of(
        fixed.where, [&](const auto& one) { return values[one.first] == one.second; });
    if (fits) return fixed.value;
  }
  return std::nullopt;
}

bool Constraints::Keeps(const Comparison& comparison, const ParameterTexts& values) {
  const std::vector<ExpressionNode>& nodes = comparison.expression.nodes;
  std::vector<double> results(nodes.size());
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i].kind == Kind::kNumber) {
      results[i] = nodes[i].number;
    } else if (nodes[i].kind == Kind::kPath) {
      const std::optional<double> value = ValueOf(comparison.operands[i], values);
      if (!value.has_value()) return true;
      results[i] = *value;
    } else {
      results[i] = Apply(nodes[i].kind, results[nodes[i].left], results[nodes[i].right]);
      if (nodes[i].kind == Kind::kDivide && results[nodes[i].right] == 0) return false;
    }
  }
  return Compare(comparison.expression.comparison, results[comparison.expression.left],
                 results[comparison.expression.right]);
}

std::optional<size_t> Constraints::FirstBroken(const ParameterTexts& values,
                                               const std::set<int>& unknown) const {
  for (size_t i = 0; i < comparisons_.size(); ++i) {
    const bool is_known = std::ranges::none_of(
        comparisons_[i].parameters, [&](int parameter) { return unknown.contains(parameter); });
    if (is_known && !Keeps(comparisons_[i], values)) return i;
  }
  return std::nullopt;
}

}  // namespace pleat
