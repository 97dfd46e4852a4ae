#include "common/config/duration_text.h"

#include <cmath>
#include <string_view>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "common/config/scalar_text.h"

namespace pleat {
namespace {

constexpr double kHourMs = 3'600'000;
constexpr double kMostMs = 10 * 365.25 * 24 * kHourMs;

struct Unit {
  char letter;
  double ms;
};
constexpr Unit kUnits[] = {{'d', 24 * kHourMs}, {'h', kHourMs}, {'m', 60'000}, {'s', 1'000}};

absl::Status NoTime(const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat(QuoteForMessage(text),
                   " is no time; write it like 2h30m, 45m or 90s, or as a "
                   "number of hours such as 1.5"));
}

// The number that `text` begins with, which is taken off it; nothing if there is none.
bool TakeNumber(std::string_view* text, double* number) {
  size_t length = 0;
  while (length < text->size() &&
         (absl::ascii_isdigit((*text)[length]) || (*text)[length] == '.')) {
    ++length;
  }
  const bool is_number = length > 0 && absl::SimpleAtod({text->data(), length}, number);
  text->remove_prefix(length);
  return is_number;
}

}  // namespace

absl::StatusOr<int64_t> ParseDurationMs(const std::string& text) {
  std::string_view rest = text;
  double ms = 0;
  size_t next_unit = 0;
  double number = 0;
  if (!TakeNumber(&rest, &number)) return NoTime(text);
  if (rest.empty()) {
    ms = number * kHourMs;
  } else {
    while (true) {
      size_t unit = next_unit;
      while (unit < std::size(kUnits) && (rest.empty() || kUnits[unit].letter != rest[0])) ++unit;
      if (unit == std::size(kUnits)) return NoTime(text);
      ms += number * kUnits[unit].ms;
      next_unit = unit + 1;
      rest.remove_prefix(1);
      if (rest.empty()) break;
      if (!TakeNumber(&rest, &number)) return NoTime(text);
    }
  }
  if (!(ms >= 1) || ms > kMostMs) {
    return absl::InvalidArgumentError(
        absl::StrCat(QuoteForMessage(text), " must be more than 0 and at most 10 years"));
  }
  return static_cast<int64_t>(std::llround(ms));
}

}  // namespace pleat
