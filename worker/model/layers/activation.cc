#include "worker/model/layers/activation.h"

#include <string>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

at::Tensor Gelu(const at::Tensor& x) { return at::gelu(x); }
at::Tensor Elu(const at::Tensor& x) { return at::elu(x); }

struct Named {
  std::string_view name;
  Activation::Function function;
};

constexpr Named kFunctions[] = {{"silu", at::silu}, {"relu", at::relu}, {"gelu", Gelu},
                                {"elu", Elu},       {"tanh", at::tanh}, {"sigmoid", at::sigmoid}};

}  // namespace

absl::StatusOr<Activation::Function> Activation::Find(std::string_view name) {
  for (const Named& known : kFunctions) {
    if (known.name == name) return known.function;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("there is no activation function \"", std::string(name), "\""));
}

}  // namespace pleat
