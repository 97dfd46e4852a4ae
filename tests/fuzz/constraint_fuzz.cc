// Constraints of a search: comparisons of arithmetic expressions.
#include "common/config/constraint_expression.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

void ParseConstraintAnyhow(std::string_view input) {
  const auto parsed = ParseConstraint(std::string(input));
  if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
    Require(!error->message.empty(), "a refusal says why");
    return Require(error->offset <= input.size(), "a refusal says where");
  }
  const auto& expression = std::get<ConstraintExpression>(parsed);
  Require(std::max(expression.left, expression.right) < expression.nodes.size(), "sides are nodes");
  for (size_t i = 0; i < expression.nodes.size(); ++i) {
    const ExpressionNode& node = expression.nodes[i];
    const bool is_leaf =
        node.kind == ExpressionNode::Kind::kNumber || node.kind == ExpressionNode::Kind::kPath;
    Require(is_leaf || (node.left < i && node.right < i), "operands stand before operations");
  }
}

const RegisteredTarget kConstraintTarget({.name = "constraint", .run = ParseConstraintAnyhow});

}  // namespace
}  // namespace pleat
