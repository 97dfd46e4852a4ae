#include "common/config/scalar_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>
#include <system_error>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"
#include "common/config/field_rules.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

template <typename... Pieces>
absl::Status Invalid(const Pieces&... pieces) {
  return absl::InvalidArgumentError(absl::StrCat(pieces...));
}

std::string TypeName(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return "true or false";
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return "a number";
    case FieldDescriptor::CPPTYPE_STRING:
      return "text";
    default:
      return "a whole number";
  }
}

absl::StatusOr<ScalarValue> ParseBool(const std::string& text) {
  if (text == "true") return true;
  if (text == "false") return false;
  const std::string lower = absl::AsciiStrToLower(text);
  for (const char* yes : {"true", "yes", "on", "y"}) {
    if (lower == yes) return Invalid(QuoteForMessage(text), " is not true or false; write true");
  }
  for (const char* no : {"false", "no", "off", "n"}) {
    if (lower == no) return Invalid(QuoteForMessage(text), " is not true or false; write false");
  }
  return Invalid(QuoteForMessage(text), " is not true or false");
}

bool HasLeadingZero(const std::string& text) {
  const size_t first = absl::StartsWith(text, "-") ? 1 : 0;
  return text.size() > first + 1 && text[first] == '0' && absl::ascii_isdigit(text[first + 1]);
}

// Reads a real. Only digits, sign, point and exponent: from_chars alone would take "inf" and "nan".
absl::StatusOr<double> ParseReal(const std::string& text) {
  const bool plain = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return absl::ascii_isdigit(c) || absl::StrContains("+-.eE", c);
  });
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (plain && error == std::errc::result_out_of_range && end == text.data() + text.size()) {
    return Invalid(QuoteForMessage(text), " does not fit into a double");
  }
  if (!plain || error != std::errc() || end != text.data() + text.size()) {
    const bool special =
        absl::EndsWithIgnoreCase(text, "inf") || absl::EqualsIgnoreCase(text, ".nan");
    return Invalid(QuoteForMessage(text), special ? " is not a finite number" : " is not a number");
  }
  if (HasLeadingZero(text)) return Invalid(QuoteForMessage(text), " has a leading zero; remove it");
  return value;
}

// "; write 1000" if the text is a whole number in another notation.
std::string WholeNumberHint(const std::string& text) {
  const absl::StatusOr<double> real = ParseReal(text);
  if (!real.ok() || *real != std::floor(*real) || std::abs(*real) > 1e15) return "";
  return absl::StrCat("; write ", static_cast<int64_t>(*real));
}

template <typename Wide, typename Narrow>
absl::StatusOr<ScalarValue> ParseWhole(const FieldDescriptor& field, const std::string& text) {
  const auto digits = text.begin() + (absl::StartsWith(text, "-") ? 1 : 0);
  if (digits == text.end() || !std::all_of(digits, text.end(), absl::ascii_isdigit)) {
    return Invalid(QuoteForMessage(text), " is not a whole number", WholeNumberHint(text));
  }
  if (HasLeadingZero(text)) return Invalid(QuoteForMessage(text), " has a leading zero; remove it");
  Narrow value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) {
    const std::string shown = text.size() > 30 ? "the number" : std::string(text);
    return Invalid(shown, " is out of range: it must be ", DescribeRange(field));
  }
  return static_cast<Wide>(value);
}

// Bounds that the type sets when the rules do not.
std::pair<double, double> TypeBounds(const FieldDescriptor& field) {
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return {std::numeric_limits<int32_t>::min(), std::numeric_limits<int32_t>::max()};
    case FieldDescriptor::CPPTYPE_UINT32:
      return {0, std::numeric_limits<uint32_t>::max()};
    case FieldDescriptor::CPPTYPE_UINT64:
      return {0, INFINITY};
    default:
      return {-INFINITY, INFINITY};
  }
}

absl::Status CheckRange(const FieldDescriptor& field, double value, const std::string& text) {
  const v1::FieldRules& rules = RulesOf(field);
  const bool too_small =
      rules.has_min() && (value < rules.min() || (rules.exclusive_min() && value == rules.min()));
  const bool too_large =
      rules.has_max() && (value > rules.max() || (rules.exclusive_max() && value == rules.max()));
  if (!too_small && !too_large && !std::isnan(value)) return absl::OkStatus();
  return Invalid(text, " is out of range: it must be ", DescribeRange(field));
}

absl::Status CheckText(const FieldDescriptor& field, const std::string& text) {
  const v1::FieldRules& rules = RulesOf(field);
  const std::vector<std::string> allowed(rules.allowed().begin(), rules.allowed().end());
  if (!allowed.empty() && std::find(allowed.begin(), allowed.end(), text) == allowed.end()) {
    const std::string nearest = NearestWord(text, allowed);
    return Invalid(QuoteForMessage(text), " is not one of ", absl::StrJoin(allowed, ", "),
                   nearest.empty() ? "" : absl::StrCat("; did you mean \"", nearest, "\"?"));
  }
  if (rules.name() && !layout::IsName(text)) {
    return Invalid(
        QuoteForMessage(text),
        " is not a name: use 1 to 64 of a-z, 0-9, '_', '.' and '-', starting with a letter "
        "or digit");
  }
  if (rules.path() && text.empty()) return Invalid("an empty path; name a file or folder");
  if (rules.path() && text.find('\0') != std::string::npos)
    return Invalid("a path with a zero byte");
  return absl::OkStatus();
}

}  // namespace

std::string QuoteForMessage(const std::string& text) {
  constexpr size_t kShown = 60;
  return absl::StrCat("\"", absl::Utf8SafeCEscape(text.substr(0, kShown)),
                      text.size() > kShown ? "…" : "", "\"");
}

absl::StatusOr<ScalarValue> ParseScalar(const FieldDescriptor& field, const std::string& text,
                                        bool quoted) {
  if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) return std::string(text);
  if (quoted) {
    return Invalid(QuoteForMessage(text), " in quotes is text; expected ", TypeName(field),
                   ", without quotes");
  }
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_BOOL:
      return ParseBool(text);
    case FieldDescriptor::CPPTYPE_INT32:
      return ParseWhole<int64_t, int32_t>(field, text);
    case FieldDescriptor::CPPTYPE_INT64:
      return ParseWhole<int64_t, int64_t>(field, text);
    case FieldDescriptor::CPPTYPE_UINT32:
      return ParseWhole<uint64_t, uint32_t>(field, text);
    case FieldDescriptor::CPPTYPE_UINT64:
      return ParseWhole<uint64_t, uint64_t>(field, text);
    default: {
      PLEAT_ASSIGN_OR_RETURN(const double real, ParseReal(text));
      return real;
    }
  }
}

absl::Status CheckScalar(const FieldDescriptor& field, const ScalarValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return CheckText(field, *text);
  if (const auto* real = std::get_if<double>(&value)) {
    if (!std::isfinite(*real)) return Invalid(ScalarText(value), " is not a finite number");
    return CheckRange(field, *real, ScalarText(value));
  }
  if (const auto* whole = std::get_if<int64_t>(&value)) {
    return CheckRange(field, static_cast<double>(*whole), ScalarText(value));
  }
  if (const auto* whole = std::get_if<uint64_t>(&value)) {
    return CheckRange(field, static_cast<double>(*whole), ScalarText(value));
  }
  return absl::OkStatus();
}

std::string DescribeRange(const FieldDescriptor& field) {
  const v1::FieldRules& rules = RulesOf(field);
  const auto [type_min, type_max] = TypeBounds(field);
  const ScalarValue min = rules.has_min() ? rules.min() : type_min;
  const ScalarValue max = rules.has_max() ? rules.max() : type_max;
  const bool has_min = std::isfinite(std::get<double>(min));
  const bool has_max = std::isfinite(std::get<double>(max));
  std::string text;
  if (has_min && has_max && !rules.exclusive_min() && !rules.exclusive_max()) {
    text = absl::StrCat("from ", ScalarText(min), " to ", ScalarText(max));
  } else {
    if (has_min)
      text = absl::StrCat(rules.exclusive_min() ? "more than " : "at least ", ScalarText(min));
    if (has_min && has_max) absl::StrAppend(&text, " and ");
    if (has_max)
      absl::StrAppend(&text, rules.exclusive_max() ? "less than " : "at most ", ScalarText(max));
  }
  if (!text.empty() && !rules.unit().empty()) absl::StrAppend(&text, " (", rules.unit(), ")");
  return text;
}

std::string ScalarText(const ScalarValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* flag = std::get_if<bool>(&value)) return *flag ? "true" : "false";
  if (const auto* whole = std::get_if<int64_t>(&value)) return absl::StrCat(*whole);
  if (const auto* whole = std::get_if<uint64_t>(&value)) return absl::StrCat(*whole);
  const double real = std::get<double>(value);
  // Bounds of whole numbers are reals in the rules; 1e+05 would read badly.
  if (real == std::floor(real) && std::abs(real) < 1e15)
    return absl::StrCat(static_cast<int64_t>(real));
  // Prefers 0.0001 to the shorter 1e-04 where six digits are enough.
  const std::string six_digits = absl::StrCat(real);
  if (double read = 0; absl::SimpleAtod(six_digits, &read) && read == real) return six_digits;
  char buffer[32];
  const auto result = std::to_chars(buffer, buffer + sizeof(buffer), real);
  return std::string(buffer, result.ptr);
}

}  // namespace pleat
