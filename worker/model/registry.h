// Networks written in C++ for one purpose, which a sweep names by `model: {registered: {name: …}}`.
// docs/models.md shows one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/sweep.pb.h"
#include "worker/model/model.h"

namespace pleat {

// The numbers that a sweep gives a registered network, by name. A factory asks for all that it
// knows, then for the Status.
class ModelOptions {
 public:
  explicit ModelOptions(const v1::RegisteredModelSpec& spec);

  // The number called `name`, or `fallback` where the sweep does not give it. Out of range it is
  // clamped, and an error is kept for Check.
  double Real(const std::string& name, double fallback, double min, double max);
  // The same, for whole numbers.
  int64_t Whole(const std::string& name, int64_t fallback, int64_t min, int64_t max);

  // INVALID_ARGUMENT: the first number that was out of range; or one that was given but never asked
  // for, with the names of those that were.
  absl::Status Check() const;

 private:
  std::map<std::string, double> given_;
  std::set<std::string> asked_;
  absl::Status first_error_;
};

// Builds a network of inputs and outputs of `shape`, with initial weights drawn from `key`; most
// simply by a NetworkBuilder. Not yet allocated. INVALID_ARGUMENT if it cannot.
using ModelFactory = std::function<absl::StatusOr<std::unique_ptr<Model>>(
    const ModelShape& shape, ModelOptions& options, uint64_t key)>;

// Makes `factory` known under `name`, [a-z0-9][a-z0-9_.-]{0,63}. For the initializer of a static
// variable, which it returns a value for; throws c10::Error if the name is taken.
bool RegisterModel(const std::string& name, ModelFactory factory);

// The network of that name. INVALID_ARGUMENT: there is none, and the message lists those that are;
// or the factory refused, or made none.
absl::StatusOr<std::unique_ptr<Model>> MakeRegisteredModel(const v1::RegisteredModelSpec& spec,
                                                           const ModelShape& shape, uint64_t key);

}  // namespace pleat
