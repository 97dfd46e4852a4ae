#include "common/config/constraint_expression.h"

#include <charconv>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/config/scalar_text.h"

namespace pleat {
namespace {

using Kind = ExpressionNode::Kind;

// Keeps the parser's stack small, whatever the text.
constexpr int kMostNesting = 64;

bool IsPathLetter(char c) {
  return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_' || c == '.';
}

// Recursive descent. After an error every step returns at once; the first one counts.
class Parser {
 public:
  explicit Parser(const std::string& text) : text_(text) {}

  std::variant<ConstraintExpression, ExpressionError> Parse() {
    result_.left = Sum();
    Comparison();
    result_.right = Sum();
    SkipSpaces();
    if (at_ < text_.size()) Fail("expected an operator or the end");
    if (error_.has_value()) return *std::move(error_);
    return std::move(result_);
  }

 private:
  size_t Sum() {
    size_t left = Product();
    while (!error_.has_value()) {
      if (Take("+")) {
        left = Add({.kind = Kind::kAdd, .left = left, .right = Product()});
      } else if (Take("-")) {
        left = Add({.kind = Kind::kSubtract, .left = left, .right = Product()});
      } else {
        break;
      }
    }
    return left;
  }

  size_t Product() {
    size_t left = Factor();
    while (!error_.has_value()) {
      if (Take("*")) {
        left = Add({.kind = Kind::kMultiply, .left = left, .right = Factor()});
      } else if (Take("/")) {
        left = Add({.kind = Kind::kDivide, .left = left, .right = Factor()});
      } else {
        break;
      }
    }
    return left;
  }

  size_t Factor() {
    SkipSpaces();
    if (error_.has_value()) return 0;
    if (++nesting_ > kMostNesting) return Fail("is nested too deeply");
    const size_t factor = InnerFactor();
    --nesting_;
    return factor;
  }

  size_t InnerFactor() {
    if (Take("(")) {
      const size_t inside = Sum();
      if (!Take(")")) Fail("expected an operator or \")\"");
      return inside;
    }
    if (Take("-")) {
      const size_t zero = Add({.kind = Kind::kNumber});
      return Add({.kind = Kind::kSubtract, .left = zero, .right = Factor()});
    }
    if (at_ < text_.size() && absl::ascii_islower(text_[at_])) return Path();
    return Number();
  }

  size_t Number() {
    double number = 0;
    const char* begin = text_.data() + at_;
    const char* end = text_.data() + text_.size();
    const bool is_number = begin < end && (absl::ascii_isdigit(*begin) || *begin == '.');
    const auto [after, failure] = std::from_chars(begin, end, number);
    if (!is_number || failure != std::errc()) {
      return Fail("expected a number, a path or \"(\"");
    }
    at_ += static_cast<size_t>(after - begin);
    return Add({.kind = Kind::kNumber, .number = number});
  }

  // A key in brackets may be any text.
  size_t Path() {
    const size_t start = at_;
    int open_brackets = 0;
    while (at_ < text_.size() &&
           (open_brackets > 0 || IsPathLetter(text_[at_]) || text_[at_] == '[')) {
      if (text_[at_] == '[') ++open_brackets;
      if (text_[at_] == ']') --open_brackets;
      ++at_;
    }
    return Add({.kind = Kind::kPath, .path = text_.substr(start, at_ - start), .offset = start});
  }

  void Comparison() {
    for (const char* sign : {"<=", ">=", "==", "!=", "<", ">"}) {
      if (error_.has_value() || !Take(sign)) continue;
      result_.comparison = sign;
      return;
    }
    Fail("expected an operator or one of <=, >=, <, >, ==, !=");
  }

  bool Take(std::string_view sign) {
    SkipSpaces();
    if (error_.has_value() || text_.compare(at_, sign.size(), sign) != 0) return false;
    at_ += sign.size();
    return true;
  }

  void SkipSpaces() {
    while (at_ < text_.size() && absl::ascii_isspace(text_[at_])) ++at_;
  }

  size_t Add(ExpressionNode node) {
    result_.nodes.push_back(std::move(node));
    return result_.nodes.size() - 1;
  }

  size_t Fail(const std::string& expected) {
    if (error_.has_value()) return 0;
    const std::string rest = text_.substr(at_);
    error_ = {.offset = at_,
              .message = absl::StrCat(expected, ", found ",
                                      rest.empty() ? "the end" : QuoteForMessage(rest))};
    return 0;
  }

  const std::string& text_;
  size_t at_ = 0;
  int nesting_ = 0;
  ConstraintExpression result_;
  std::optional<ExpressionError> error_;
};

}  // namespace

std::variant<ConstraintExpression, ExpressionError> ParseConstraint(const std::string& text) {
  return Parser(text).Parse();
}

}  // namespace pleat
