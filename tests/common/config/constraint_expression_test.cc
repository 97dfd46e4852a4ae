#include "common/config/constraint_expression.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

std::string TextOf(const ConstraintExpression& expression, size_t node) {
  const ExpressionNode& one = expression.nodes[node];
  switch (one.kind) {
    case ExpressionNode::Kind::kNumber:
      return absl::StrCat(one.number);
    case ExpressionNode::Kind::kPath:
      return absl::StrCat(one.path, "@", one.offset);
    default:
      break;
  }
  const char sign = " +-*/"[static_cast<int>(one.kind) - 1];
  return absl::StrCat("(", TextOf(expression, one.left), std::string(1, sign),
                      TextOf(expression, one.right), ")");
}

// The expression with all its brackets, or the error behind its offset.
std::string Parsed(const std::string& text) {
  const auto parsed = ParseConstraint(text);
  if (const auto* error = std::get_if<ExpressionError>(&parsed)) {
    return absl::StrCat(error->offset, ": ", error->message);
  }
  const auto& expression = std::get<ConstraintExpression>(parsed);
  return absl::StrCat(TextOf(expression, expression.left), expression.comparison,
                      TextOf(expression, expression.right));
}

TEST(ConstraintExpression, BindsAsArithmeticDoes) {
  EXPECT_EQ(Parsed("a + b * 2 <= 3"), "(a@0+(b@4*2))<=3");
  EXPECT_EQ(Parsed("(a+b)*2<3"), "((a@1+b@3)*2)<3");
  EXPECT_EQ(Parsed("1 - 2 - 3 == 8 / 4 / 2"), "((1-2)-3)==((8/4)/2)");
  EXPECT_EQ(Parsed("-a > -(2 + 1e-3)"), "(0-a@1)>(0-(2+0.001))");
  EXPECT_EQ(Parsed("a>=.5"), "a@0>=0.5");
  EXPECT_EQ(Parsed("a != 1"), "a@0!=1");
}

TEST(ConstraintExpression, ReadsPathsWithElements) {
  EXPECT_EQ(Parsed("training.augmentation[0].a.p <= model.registered.options[my-width]"),
            "training.augmentation[0].a.p@0<=model.registered.options[my-width]@32");
}

TEST(ConstraintExpression, SaysWhereItEndsToMakeSense) {
  EXPECT_EQ(Parsed(""), "0: expected a number, a path or \"(\", found the end");
  EXPECT_EQ(Parsed("a * <= 3"), "4: expected a number, a path or \"(\", found \"<= 3\"");
  EXPECT_EQ(Parsed("a + b"),
            "5: expected an operator or one of <=, >=, <, >, ==, !=, found the end");
  EXPECT_EQ(Parsed("a = 3"),
            "2: expected an operator or one of <=, >=, <, >, ==, !=, found \"= 3\"");
  EXPECT_EQ(Parsed("(a + 1 < 3"), "7: expected an operator or \")\", found \"< 3\"");
  EXPECT_EQ(Parsed("a < 3 < 4"), "6: expected an operator or the end, found \"< 4\"");
  EXPECT_EQ(Parsed("a < 3 4"), "6: expected an operator or the end, found \"4\"");
  EXPECT_EQ(Parsed("a < +3"), "4: expected a number, a path or \"(\", found \"+3\"");
  EXPECT_EQ(Parsed("A < 3"), "0: expected a number, a path or \"(\", found \"A < 3\"");
}

TEST(ConstraintExpression, RefusesNestingWithoutEnd) {
  const std::string deep = std::string(1000, '(') + "1" + std::string(1000, ')') + " < 2";
  EXPECT_TRUE(Parsed(deep).starts_with("64: is nested too deeply")) << Parsed(deep);
}

}  // namespace
}  // namespace pleat
