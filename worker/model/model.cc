#include "worker/model/model.h"

#include <ATen/Context.h>

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "worker/model/mlp.h"
#include "worker/model/registry.h"
#include "worker/model/resnet.h"
#include "worker/model/se_cnn.h"
#include "worker/model/sequential.h"
#include "worker/model/torch_status.h"

namespace pleat {
namespace {

absl::Status CheckShape(const ModelShape& shape) {
  if (std::min({shape.channels, shape.height, shape.width, shape.classes}) >= 1) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat("a model needs inputs and classes; got ",
                                                 shape.channels, "x", shape.height, "x",
                                                 shape.width, " and ", shape.classes, " classes"));
}

absl::StatusOr<std::unique_ptr<Model>> MakeArchitecture(const v1::ModelSpec& spec,
                                                        const ModelShape& shape, uint64_t key) {
  switch (spec.architecture_case()) {
    case v1::ModelSpec::kSeCnn:
      return MakeSeCnn(spec.se_cnn(), shape, key);
    case v1::ModelSpec::kMlp:
      return MakeMlp(spec.mlp(), shape, key);
    case v1::ModelSpec::kResnet:
      return MakeResNet(spec.resnet(), shape, key);
    case v1::ModelSpec::kSequential:
      return MakeSequential(spec.sequential(), shape, key);
    case v1::ModelSpec::kRegistered:
      return MakeRegisteredModel(spec.registered(), shape, key);
    case v1::ModelSpec::ARCHITECTURE_NOT_SET:
      break;
  }
  return absl::InvalidArgumentError(
      "model: no architecture is chosen; name se_cnn, mlp, resnet, sequential or registered");
}

// Float32 means float32, so no TF32; and the same inputs give the same bits.
void UseReproducibleGpuMath() {
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
}

// A network from outside may make something else than all others count on.
absl::Status CheckOutputs(Model& model, const std::string& name, const ModelShape& shape) try {
  const at::NoGradGuard no_grad;
  const at::Tensor inputs = at::zeros({1, shape.channels, shape.height, shape.width},
                                      model.parameters().values().options());
  const at::Tensor outputs = model.Forward(inputs, {});
  if (outputs.sizes() == at::IntArrayRef{1, shape.classes}) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "model.registered: ", name, " makes outputs [", absl::StrJoin(outputs.sizes(), ", "),
      "] of one input; [1, ", shape.classes, "] are needed"));
} catch (...) {
  return TorchStatus(absl::StrCat("trying the network ", name));
}

}  // namespace

at::Tensor Model::Forward(const at::Tensor& inputs, const ForwardContext& context) {
  return Compute(normalization_.has_value() ? normalization_->Apply(inputs) : inputs, context);
}

void Model::AddInputNormalization(int64_t channels) {
  normalization_.emplace(parameters_, channels);
}

absl::StatusOr<std::unique_ptr<Model>> MakeModel(const v1::ModelSpec& spec, const ModelShape& shape,
                                                 uint64_t key, at::ScalarType dtype,
                                                 at::Device device,
                                                 const v1::NormalizationSpec& normalization) {
  if (dtype != at::kFloat && dtype != at::kDouble) {
    return absl::InvalidArgumentError(
        absl::StrCat("models compute in float32 or float64, not ", c10::toString(dtype)));
  }
  PLEAT_RETURN_IF_ERROR(CheckShape(shape));
  if (device.is_cuda()) UseReproducibleGpuMath();
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Model> model, MakeArchitecture(spec, shape, key));
  if (normalization.has_standard()) model->AddInputNormalization(shape.channels);
  try {
    model->parameters().Allocate(dtype, device);
  } catch (const c10::Error& error) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "allocating a model of ", model->parameters().parameter_count(), " parameters: ",
        error.what_without_backtrace(), "; make it smaller (model.…), or use a larger machine"));
  }
  if (spec.has_registered()) {
    PLEAT_RETURN_IF_ERROR(CheckOutputs(*model, spec.registered().name(), shape));
  }
  return model;
}

}  // namespace pleat
