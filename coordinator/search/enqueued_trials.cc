#include "coordinator/search/enqueued_trials.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/parameter_values.h"
#include "common/config/search_summary.h"

namespace pleat {
namespace {

class EnqueuedTrials final : public SearchMethod {
 public:
  EnqueuedTrials(std::unique_ptr<SearchMethod> method, const v1::SearchSpec& spec)
      : method_(std::move(method)),
        parameters_(spec.parameters().begin(), spec.parameters().end()),
        enqueued_(spec.enqueue().begin(), spec.enqueue().end()),
        before_(IsGridSearch(spec) ? static_cast<uint32_t>(enqueued_.size()) : 0),
        size_(method_->size() + before_) {
    if (spec.max_trials() > 0) size_ = std::min(size_, spec.max_trials());
  }

  uint32_t size() const override { return size_; }
  bool LearnsFor(uint32_t trial) const override {
    return trial >= before_ && method_->LearnsFor(trial - before_);
  }

  // Trials by hand that the method does not count stand only before a grid, which does not learn;
  // so to a method that does, the numbers of `past` are its own.
  Suggestion Suggest(uint32_t trial, std::span<const PastTrial> past) const override {
    if (trial >= enqueued_.size()) return method_->Suggest(trial - before_, past);
    Suggestion suggestion = method_->Suggest(before_ > 0 ? 0 : trial, past);
    size_t given = 0;
    for (v1::ParameterValue& parameter : suggestion.parameters) {
      for (const v1::GivenValueSpec& value : enqueued_[trial].values()) {
        if (value.key() != parameter.path()) continue;
        parameter.set_value(ListedValue(value));
        ++given;
      }
    }
    std::string reason = absl::StrCat("given by hand: search.enqueue[", trial, "]");
    if (given < suggestion.parameters.size()) {
      absl::StrAppend(&reason, "; what it does not name, by ", suggestion.reason);
    }
    suggestion.reason = std::move(reason);
    return suggestion;
  }

 private:
  // The value as the parameter lists it, if it is a section of which the choice was given.
  std::string ListedValue(const v1::GivenValueSpec& given) const {
    for (const v1::ParameterSpec& parameter : parameters_) {
      if (parameter.key() != given.key() || !parameter.has_values()) continue;
      const std::vector<uint64_t> named = ValuesNamed(parameter, given.value());
      if (named.size() != 1 || IndexOfValue(parameter, given.value()).has_value()) continue;
      return ValueOfIndex(parameter, named.front());
    }
    return given.value();
  }

  const std::unique_ptr<SearchMethod> method_;
  const std::vector<v1::ParameterSpec> parameters_;
  const std::vector<v1::EnqueuedTrialSpec> enqueued_;
  // Trials by hand that the method does not count.
  const uint32_t before_;
  uint32_t size_;
};

}  // namespace

std::unique_ptr<SearchMethod> WithEnqueuedTrials(std::unique_ptr<SearchMethod> method,
                                                 const v1::SearchSpec& spec) {
  if (spec.enqueue().empty()) return method;
  return std::make_unique<EnqueuedTrials>(std::move(method), spec);
}

}  // namespace pleat
