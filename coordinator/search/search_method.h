// Which trials a sweep tries.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// A trial before the one that is to be suggested, as far as the method may know of it.
struct PastTrial {
  enum class Outcome {
    kRunning,  // it has not ended, or a decision in logical order does not count on it
    kScored,
    kFailed,  // it ended without a score
  };
  std::vector<v1::ParameterValue> parameters;
  Outcome outcome = Outcome::kRunning;
  // Of a scored trial: lower is better, whatever the metric's goal; and its standard error.
  double loss = 0;
  double error = 0;
};

// One point of the search space, and how the method came to it.
struct Suggestion {
  std::vector<v1::ParameterValue> parameters;
  std::string reason;
};

// A method is a pure function of its spec, a trial's number and the trials before, so it has no
// state to save and a restarted coordinator suggests the same trials. Thread-safe.
class SearchMethod {
 public:
  virtual ~SearchMethod() = default;
  // Number of trials.
  virtual uint32_t size() const = 0;
  // Whether trial `trial` depends on the trials before.
  virtual bool LearnsFor(uint32_t trial) const {
    (void)trial;
    return false;
  }
  // The point of trial `trial` < size(). `past`: trials 0 to trial - 1; one that does not depend on
  // them needs none.
  virtual Suggestion Suggest(uint32_t trial, std::span<const PastTrial> past) const = 0;
  // The point of a trial that somebody else chose. INVALID_ARGUMENT: one line about the first value
  // that does not fit the space. FAILED_PRECONDITION: the method suggests its trials itself.
  virtual absl::StatusOr<std::vector<v1::ParameterValue>> Take(
      const std::vector<v1::ParameterValue>& values) const;
};

// The method that the search of `spec` (resolved) asks for. `earlier`: trials of other sweeps, as
// points of this one's space, from which a method that learns begins. INVALID_ARGUMENT names the
// field that does not fit the method, or says that nothing keeps the constraints.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(
    const v1::SweepSpec& spec, std::span<const PastTrial> earlier = {});

}  // namespace pleat
