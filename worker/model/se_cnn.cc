#include "worker/model/se_cnn.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/model/network_builder.h"

namespace pleat {
namespace {

constexpr int64_t kPool = 2;
constexpr int64_t kPooled = kPool * kPool;  // both pools together shrink height and width by this

absl::Status Check(const ModelShape& shape) {
  if (std::min(shape.height, shape.width) >= kPooled) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("model.se_cnn halves height and width twice, so it needs inputs of at least ",
                   kPooled, "x", kPooled, " pixels; these are ", shape.height, "x", shape.width,
                   ": use larger images, or model.mlp"));
}

absl::Status AddStage(const std::string& name, int64_t width, const v1::SeCnnSpec& spec,
                      NetworkBuilder* network) {
  for (uint32_t i = 1; i <= spec.depth(); ++i) {
    PLEAT_RETURN_IF_ERROR(
        network->AddConvNormSilu(absl::StrCat(name, ".conv", i), {.channels = width}));
  }
  PLEAT_RETURN_IF_ERROR(network->AddPool(PoolKind::kMax, kPool));
  network->AddDropout(spec.dropout());
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> MakeSeCnn(const v1::SeCnnSpec& spec, const ModelShape& shape,
                                                 uint64_t key) {
  PLEAT_RETURN_IF_ERROR(Check(shape));
  NetworkBuilder network(shape, key);
  const int64_t width = spec.width();
  PLEAT_RETURN_IF_ERROR(AddStage("stage1", width, spec, &network));
  PLEAT_RETURN_IF_ERROR(AddStage("stage2", 2 * width, spec, &network));
  PLEAT_RETURN_IF_ERROR(network.AddConvNormSilu("stage3.conv1", {.channels = 4 * width}));
  PLEAT_RETURN_IF_ERROR(network.AddSqueezeExcite("stage3.excite", spec.se_ratio()));
  PLEAT_RETURN_IF_ERROR(network.AddConvNormSilu("stage3.conv2", {.channels = 4 * width}));
  network.AddDropout(spec.dropout());
  for (int i = 0; i < spec.dense_size(); ++i) {
    PLEAT_RETURN_IF_ERROR(network.AddDenseNormSilu(absl::StrCat("dense", i + 1), spec.dense(i)));
  }
  return network.Finish();
}

}  // namespace pleat
