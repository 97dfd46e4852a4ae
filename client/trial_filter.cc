#include "client/trial_filter.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/status_macros.h"
#include "common/config/did_you_mean.h"

namespace pleat {
namespace {

const std::vector<std::string> kStates = {"waiting",   "running", "finished", "failed",
                                          "cancelled", "stopped", "paused"};

enum class Operator { kLess, kLessEqual, kGreater, kGreaterEqual, kEqual, kNotEqual };

struct Comparison {
  TrialKey key = {};
  Operator how = Operator::kEqual;
  std::string value = {};
  std::optional<double> number = {};  // of the value, if it is one
};

struct Symbol {
  std::string_view text;
  Operator how;
};
// Those that others begin with come last.
constexpr Symbol kSymbols[] = {{"<=", Operator::kLessEqual}, {">=", Operator::kGreaterEqual},
                               {"!=", Operator::kNotEqual},  {"==", Operator::kEqual},
                               {"<", Operator::kLess},       {">", Operator::kGreater},
                               {"=", Operator::kEqual}};

std::optional<double> NumberOf(const std::string& text) {
  double number = 0;
  if (!absl::SimpleAtod(text, &number)) return std::nullopt;
  return number;
}

std::string Trimmed(std::string text) {
  absl::StripAsciiWhitespace(&text);
  return text;
}

absl::Status NoComparison(const std::string& text) {
  return absl::InvalidArgumentError(
      absl::StrCat("\"", text,
                   "\" is no comparison; write KEY<VALUE, with one of < <= > >= = !=, and join "
                   "several by `and`"));
}

absl::Status CheckValue(const Comparison& comparison, const std::string& text) {
  if (comparison.key.kind == TrialKey::Kind::kState &&
      !std::ranges::count(kStates, comparison.value)) {
    return absl::InvalidArgumentError(absl::StrCat("no trial's state is \"", comparison.value, "\"",
                                                   SuggestWord(comparison.value, kStates)));
  }
  const bool takes_text =
      comparison.how == Operator::kEqual || comparison.how == Operator::kNotEqual;
  if (!takes_text && !comparison.number.has_value()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", text, "\": \"", comparison.value,
                                                   "\" is no number; only = and != take text"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Comparison> ReadComparison(const std::string& text, const TrialList& list) {
  const size_t at = text.find_first_of("<>=!");
  if (at == text.npos) return NoComparison(text);
  const std::string rest = text.substr(at);
  const auto symbol = std::ranges::find_if(
      kSymbols, [&](const Symbol& candidate) { return rest.starts_with(candidate.text); });
  if (symbol == std::end(kSymbols)) return NoComparison(text);
  const std::string key = Trimmed(text.substr(0, at));
  Comparison comparison{.how = symbol->how, .value = Trimmed(rest.substr(symbol->text.size()))};
  if (key.empty() || comparison.value.empty()) return NoComparison(text);
  PLEAT_ASSIGN_OR_RETURN(comparison.key, FindKey(list, key));
  comparison.number = NumberOf(comparison.value);
  PLEAT_RETURN_IF_ERROR(CheckValue(comparison, text));
  return comparison;
}

template <typename Value>
bool Holds(Operator how, const Value& a, const Value& b) {
  switch (how) {
    case Operator::kLess:
      return a < b;
    case Operator::kLessEqual:
      return a <= b;
    case Operator::kGreater:
      return a > b;
    case Operator::kGreaterEqual:
      return a >= b;
    case Operator::kEqual:
      return a == b;
    case Operator::kNotEqual:
      break;
  }
  return a != b;
}

bool Fits(const ListedTrial& trial, const Comparison& comparison) {
  const std::optional<std::string> value = ValueOf(trial, comparison.key);
  if (!value.has_value()) return false;
  const std::optional<double> number = NumberOf(*value);
  if (number.has_value() && comparison.number.has_value()) {
    return Holds(comparison.how, *number, *comparison.number);
  }
  switch (comparison.how) {
    case Operator::kEqual:
      return *value == comparison.value;
    case Operator::kNotEqual:
      return *value != comparison.value;
    default:
      return false;  // a text is neither above nor below a number
  }
}

}  // namespace

absl::Status FilterTrials(const std::string& expression, TrialList& list) {
  std::vector<Comparison> comparisons;
  // A first or last `and` has nothing on one side.
  const std::vector<std::string> parts =
      absl::StrSplit(absl::StrCat(" ", expression, " "), " and ");
  for (const std::string& part : parts) {
    PLEAT_ASSIGN_OR_RETURN(comparisons.emplace_back(), ReadComparison(Trimmed(part), list));
  }
  std::erase_if(list.trials, [&](const ListedTrial& trial) {
    return !std::ranges::all_of(
        comparisons, [&](const Comparison& comparison) { return Fits(trial, comparison); });
  });
  return absl::OkStatus();
}

}  // namespace pleat
