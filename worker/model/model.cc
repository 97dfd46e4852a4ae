#include "worker/model/model.h"

#include <ATen/Context.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/model/mlp.h"
#include "worker/model/se_cnn.h"

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

// A width of 0 would give a network that knows nothing.
template <typename Widths>
absl::Status CheckWidths(const Widths& widths, const char* field) {
  if (std::find(widths.begin(), widths.end(), 0u) == widths.end()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(field, ": every width must be at least 1"));
}

absl::StatusOr<std::unique_ptr<Model>> MakeArchitecture(const v1::ModelSpec& spec,
                                                        const ModelShape& shape, uint64_t key) {
  switch (spec.architecture_case()) {
    case v1::ModelSpec::kSeCnn:
      PLEAT_RETURN_IF_ERROR(CheckWidths(spec.se_cnn().dense(), "model.se_cnn.dense"));
      return SeCnn::Create(spec.se_cnn(), shape, key);
    case v1::ModelSpec::kMlp:
      PLEAT_RETURN_IF_ERROR(CheckWidths(spec.mlp().hidden(), "model.mlp.hidden"));
      return std::make_unique<Mlp>(spec.mlp(), shape, key);
    default:
      break;
  }
  return absl::InvalidArgumentError("model: no architecture is chosen; name se_cnn or mlp");
}

// Float32 means float32, so no TF32; and the same inputs give the same bits.
void UseReproducibleGpuMath() {
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setAllowTF32CuBLAS(false);
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> MakeModel(const v1::ModelSpec& spec, const ModelShape& shape,
                                                 uint64_t key, at::ScalarType dtype,
                                                 at::Device device) {
  if (dtype != at::kFloat && dtype != at::kDouble) {
    return absl::InvalidArgumentError(
        absl::StrCat("models compute in float32 or float64, not ", c10::toString(dtype)));
  }
  PLEAT_RETURN_IF_ERROR(CheckShape(shape));
  if (device.is_cuda()) UseReproducibleGpuMath();
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<Model> model, MakeArchitecture(spec, shape, key));
  try {
    model->parameters().Allocate(dtype, device);
  } catch (const c10::Error& error) {
    return absl::ResourceExhaustedError(absl::StrCat(
        "allocating a model of ", model->parameters().parameter_count(), " parameters: ",
        error.what_without_backtrace(), "; make it smaller (model.…), or use a larger machine"));
  }
  return model;
}

}  // namespace pleat
