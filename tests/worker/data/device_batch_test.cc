#include <gtest/gtest.h>

#include <vector>

#include "tests/testing/gpu_fixture.h"
#include "tests/worker/data/striped_dataset.h"
#include "worker/data/image_loader.h"

namespace pleat {
namespace {

using DeviceImageLoader = GpuFixture;

TEST_F(DeviceImageLoader, GivesTheBitsOfTheCpu) {
  const Dataset dataset = StripedDataset(6, 28, 20, 3);
  const std::vector<int64_t> rows = {5, 0, 3};
  const auto map = [](const AffineParameters& parameters) {
    return InverseMap(parameters, 28, 20);
  };
  const AffineMap near =
      map({.shift_x = 0.1, .shift_y = -0.05, .scale = 1.1, .rotate_degrees = 12});
  const AffineMap far = map({.shift_x = -0.9, .shift_y = 0.9, .scale = 0.8, .rotate_degrees = 170});
  // On the GPU: nothing for any row, one map for all, one each; on the host: whatever is more.
  const std::vector<DrawnTransforms> batches[] = {
      {},
      {{near}},
      {{near}, {}, {far}},
      {{near}, {far, Gamma{1.3}, Brightness{-0.1}}, {Elastic{.noise_key = 1, .alpha = 9}}}};
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const auto on_gpu = MakeImageLoader(dataset, 255, dtype, device());
    const auto on_cpu = MakeImageLoader(dataset, 255, dtype, ComputeDevice{});
    ASSERT_TRUE(on_gpu.ok()) << on_gpu.status();
    for (const std::vector<DrawnTransforms>& drawn : batches) {
      const at::Tensor images = (*on_gpu)->Load(rows, drawn, 5);
      EXPECT_TRUE(images.is_cuda());
      EXPECT_TRUE(images.is_contiguous(at::MemoryFormat::ChannelsLast));
      EXPECT_TRUE(at::equal(images.cpu(), (*on_cpu)->Load(rows, drawn, 5))) << drawn.size();
    }
  }
}

}  // namespace
}  // namespace pleat
