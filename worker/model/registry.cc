#include "worker/model/registry.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

// A function's static: it is there before whatever static variable registers first.
std::map<std::string, ModelFactory>& Registry() {
  static std::map<std::string, ModelFactory> registry;
  return registry;
}

absl::Status UnknownModel(const std::string& name) {
  std::vector<std::string> names;
  for (const auto& [known, factory] : Registry()) names.push_back(known);
  return absl::InvalidArgumentError(absl::StrCat(
      "model.registered.name: no network is registered as \"", name, "\" in this worker; ",
      names.empty() ? "none is (see docs/models.md)"
                    : absl::StrCat("there are: ", absl::StrJoin(names, ", "))));
}

}  // namespace

ModelOptions::ModelOptions(const v1::RegisteredModelSpec& spec) {
  for (const v1::ModelOption& option : spec.options()) given_[option.key()] = option.value();
}

double ModelOptions::Real(const std::string& name, double fallback, double min, double max) {
  asked_.insert(name);
  const auto found = given_.find(name);
  const double value = found == given_.end() ? fallback : found->second;
  if (value >= min && value <= max) return value;
  if (first_error_.ok()) {
    first_error_ = absl::InvalidArgumentError(
        absl::StrCat(name, ": ", value, " is out of range: it must be from ", min, " to ", max));
  }
  return std::clamp(value, min, max);
}

int64_t ModelOptions::Whole(const std::string& name, int64_t fallback, int64_t min, int64_t max) {
  const double value =
      Real(name, static_cast<double>(fallback), static_cast<double>(min), static_cast<double>(max));
  if (value != std::floor(value) && first_error_.ok()) {
    first_error_ =
        absl::InvalidArgumentError(absl::StrCat(name, ": ", value, " is not a whole number"));
  }
  return static_cast<int64_t>(value);
}

absl::Status ModelOptions::Check() const {
  PLEAT_RETURN_IF_ERROR(first_error_);
  for (const auto& [name, value] : given_) {
    if (asked_.contains(name)) continue;
    return absl::InvalidArgumentError(absl::StrCat(
        name, ": unknown; ",
        asked_.empty() ? "this network takes no options"
                       : absl::StrCat("this network takes ", absl::StrJoin(asked_, ", "))));
  }
  return absl::OkStatus();
}

bool RegisterModel(const std::string& name, ModelFactory factory) {
  const bool is_new = Registry().emplace(name, std::move(factory)).second;
  TORCH_CHECK(is_new, "two networks are registered as \"", name, "\"");
  return true;
}

absl::StatusOr<std::unique_ptr<Model>> MakeRegisteredModel(const v1::RegisteredModelSpec& spec,
                                                           const ModelShape& shape, uint64_t key) {
  const auto found = Registry().find(spec.name());
  if (found == Registry().end()) return UnknownModel(spec.name());
  ModelOptions options(spec);
  absl::StatusOr<std::unique_ptr<Model>> model = found->second(shape, options, key);
  PLEAT_RETURN_IF_ERROR(Annotate(options.Check(), "model.registered.options"));
  if (!model.ok()) return Annotate(model.status(), absl::StrCat("model.registered: ", spec.name()));
  if (*model == nullptr) {
    return absl::InvalidArgumentError(
        absl::StrCat("model.registered: ", spec.name(), " made no network"));
  }
  return model;
}

}  // namespace pleat
