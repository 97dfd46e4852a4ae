#include "worker/model/resnet.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/model/network_builder.h"

namespace pleat {
namespace {

absl::Status AddBlock(const std::string& name, int64_t channels, int64_t stride,
                      NetworkBuilder* network) {
  PLEAT_RETURN_IF_ERROR(network->AddResidual(name + ".skip", Skip::kNormalized, [&] {
    PLEAT_RETURN_IF_ERROR(
        network->AddConvNormSilu(name + ".conv1", {.channels = channels, .stride = stride}));
    PLEAT_RETURN_IF_ERROR(network->AddConv(name + ".conv2", {.channels = channels}));
    network->AddBatchNorm(name + ".conv2.norm", AfterNorm::kNothing);
    return absl::OkStatus();
  }));
  return network->AddActivation("silu");
}

}  // namespace

absl::StatusOr<std::unique_ptr<Model>> MakeResNet(const v1::ResNetSpec& spec,
                                                  const ModelShape& shape, uint64_t key) {
  NetworkBuilder network(shape, key);
  int64_t channels = spec.width();
  PLEAT_RETURN_IF_ERROR(network.AddConvNormSilu("stem", {.channels = channels}));
  for (int stage = 0; stage < spec.blocks_size(); ++stage) {
    if (stage > 0) channels *= 2;
    for (uint32_t block = 0; block < spec.blocks(stage); ++block) {
      const bool halves = stage > 0 && block == 0;
      PLEAT_RETURN_IF_ERROR(AddBlock(absl::StrCat("stage", stage + 1, ".block", block + 1),
                                     channels, halves ? 2 : 1, &network));
    }
  }
  PLEAT_RETURN_IF_ERROR(network.AddGlobalPool(PoolKind::kMean));
  network.AddDropout(spec.dropout());
  return network.Finish();
}

}  // namespace pleat
