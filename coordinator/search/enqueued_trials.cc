#include "coordinator/search/enqueued_trials.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/parameter_values.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_parameter.h"

namespace pleat {
namespace {

class EnqueuedTrials final : public SearchMethod {
 public:
  EnqueuedTrials(std::unique_ptr<SearchMethod> method, const v1::SearchSpec& spec)
      : method_(std::move(method)),
        enqueued_(spec.enqueue().begin(), spec.enqueue().end()),
        before_(IsGridSearch(spec) ? static_cast<uint32_t>(enqueued_.size()) : 0),
        size_(method_->size() + before_) {
    for (const v1::ParameterSpec& parameter : spec.parameters()) {
      for (const std::string& path : PathsOf(parameter)) owners_[path] = parameter;
    }
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
        if (value.key() != owners_.at(parameter.path()).key()) continue;
        parameter.set_value(ListedValue(owners_.at(parameter.path()), value.value()));
        ++given;
      }
    }
    suggestion.reason =
        ReasonByHand(trial, given == suggestion.parameters.size(), suggestion.reason);
    return suggestion;
  }

 private:
  const std::unique_ptr<SearchMethod> method_;
  std::map<std::string, v1::ParameterSpec> owners_;  // by the paths that take their values
  const std::vector<v1::EnqueuedTrialSpec> enqueued_;
  // Trials by hand that the method does not count.
  const uint32_t before_;
  uint32_t size_;
};

}  // namespace

std::string ReasonByHand(uint32_t trial, bool is_complete, const std::string& method_reason) {
  const std::string reason = absl::StrCat("given by hand: search.enqueue[", trial, "]");
  if (is_complete) return reason;
  return absl::StrCat(reason, "; what it does not name, by ", method_reason);
}

std::unique_ptr<SearchMethod> WithEnqueuedTrials(std::unique_ptr<SearchMethod> method,
                                                 const v1::SearchSpec& spec) {
  if (spec.enqueue().empty()) return method;
  return std::make_unique<EnqueuedTrials>(std::move(method), spec);
}

}  // namespace pleat
