// Which trials a sweep tries.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// One point of the search space, and how the method came to it.
struct Suggestion {
  std::vector<v1::ParameterValue> parameters;
  std::string reason;
};

// A method is a pure function of its spec and a trial's number, so it has no state to save and a
// restarted coordinator suggests the same trials. Thread-safe.
class SearchMethod {
 public:
  virtual ~SearchMethod() = default;
  // Number of trials.
  virtual uint32_t size() const = 0;
  // The point of trial `trial` < size().
  virtual Suggestion Suggest(uint32_t trial) const = 0;
};

// The method that `spec` (resolved) asks for. INVALID_ARGUMENT names the field that does not fit
// the method.
absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(const v1::SearchSpec& spec);

}  // namespace pleat
