#include "coordinator/search/random_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/philox.h"
#include "common/config/trial_config.h"

namespace pleat {
namespace {

// Rounding may step over a bound by half a digit; the bound is then the value, in full precision.
std::string RealInside(const v1::RangeSpec& range, double drawn) {
  const std::string text = RealText(drawn);
  double rounded = 0;
  if (!absl::SimpleAtod(text, &rounded)) return text;
  if (rounded >= range.min() && rounded <= range.max()) return text;
  return absl::StrFormat("%.17g", rounded < range.min() ? range.min() : range.max());
}

int64_t DrawInt(const v1::IntRangeSpec& range, RandomStream& random) {
  // In unsigned arithmetic, since max - min may not fit a signed number.
  const uint64_t span = static_cast<uint64_t>(range.max()) - static_cast<uint64_t>(range.min());
  const uint64_t offset = span == std::numeric_limits<uint64_t>::max() ? random.NextUint64()
                                                                       : random.NextBelow(span + 1);
  return static_cast<int64_t>(static_cast<uint64_t>(range.min()) + offset);
}

std::string Draw(const v1::ParameterSpec& parameter, RandomStream random) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform: {
      const v1::RangeSpec& range = parameter.uniform();
      return RealInside(range, random.NextUniform(range.min(), range.max()));
    }
    case v1::ParameterSpec::kLogUniform: {
      const v1::RangeSpec& range = parameter.log_uniform();
      const double drawn =
          std::exp(random.NextUniform(std::log(range.min()), std::log(range.max())));
      return RealInside(range, drawn);
    }
    case v1::ParameterSpec::kIntUniform:
      return absl::StrCat(DrawInt(parameter.int_uniform(), random));
    default:
      return parameter.values().value(
          static_cast<int>(random.NextBelow(parameter.values().value_size())));
  }
}

bool IsDrawable(const v1::ParameterSpec& parameter) {
  switch (parameter.distribution_case()) {
    case v1::ParameterSpec::kUniform:
      return parameter.uniform().min() <= parameter.uniform().max();
    case v1::ParameterSpec::kLogUniform:
      return parameter.log_uniform().min() > 0 &&
             parameter.log_uniform().min() <= parameter.log_uniform().max();
    case v1::ParameterSpec::kIntUniform:
      return parameter.int_uniform().min() <= parameter.int_uniform().max();
    case v1::ParameterSpec::kValues:
      return parameter.values().value_size() > 0;
    default:
      return false;
  }
}

class RandomSearch final : public SearchMethod {
 public:
  RandomSearch(v1::SearchSpec spec, uint32_t size) : spec_(std::move(spec)), size_(size) {}

  uint32_t size() const override { return size_; }

  Suggestion Suggest(uint32_t trial) const override {
    Suggestion suggestion;
    for (int i = 0; i < spec_.parameters_size(); ++i) {
      v1::ParameterValue& value = suggestion.parameters.emplace_back();
      value.set_path(spec_.parameters(i).key());
      value.set_value(
          Draw(spec_.parameters(i), RandomStream(spec_.seed(), RandomPurpose::kSearch, trial, i)));
    }
    suggestion.reason =
        absl::StrCat("random search: draw ", trial + 1, " of ", size_, ", seed ", spec_.seed());
    return suggestion;
  }

 private:
  const v1::SearchSpec spec_;
  const uint32_t size_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeRandomSearch(const v1::SearchSpec& spec) {
  for (const v1::ParameterSpec& parameter : spec.parameters()) {
    if (!IsDrawable(parameter)) {
      return absl::InvalidArgumentError(absl::StrCat(
          "search.parameters.", parameter.key(),
          ": there is nothing to draw from; min must be at most max (above 0 for log_uniform), and "
          "a list needs a value"));
    }
  }
  if (spec.parameters_size() == 0) {
    return std::make_unique<RandomSearch>(spec, std::max(1u, spec.max_trials()));
  }
  if (spec.max_trials() == 0) {
    return absl::InvalidArgumentError(
        "search.max_trials: random search needs a number of trials, such as 20");
  }
  return std::make_unique<RandomSearch>(spec, spec.max_trials());
}

}  // namespace pleat
