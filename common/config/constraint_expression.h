// The text of a constraint: a comparison of two arithmetic expressions.
//
//   constraint = sum ("<=" | ">=" | "<" | ">" | "==" | "!=") sum
//   sum        = product {("+" | "-") product}
//   product    = factor {("*" | "/") factor}
//   factor     = number | path | "-" factor | "(" sum ")"
#pragma once

#include <cstddef>
#include <string>
#include <variant>
#include <vector>

namespace pleat {

// A number, a path, or an operation on two nodes, by their numbers in the expression.
struct ExpressionNode {
  enum class Kind { kNumber, kPath, kAdd, kSubtract, kMultiply, kDivide };
  Kind kind = Kind::kNumber;
  double number = 0;
  std::string path = {};
  size_t offset = 0;  // of a path in the text
  size_t left = 0, right = 0;
};

struct ConstraintExpression {
  // Operands stand before the operations on them.
  std::vector<ExpressionNode> nodes;
  size_t left = 0, right = 0;  // what is compared
  std::string comparison;
};

// What is wrong, and at which letter, counted from 0.
struct ExpressionError {
  size_t offset = 0;
  std::string message;
};

std::variant<ConstraintExpression, ExpressionError> ParseConstraint(const std::string& text);

}  // namespace pleat
