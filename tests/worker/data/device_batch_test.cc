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
  const std::vector<AffineMap> maps = {ShiftScaleRotateMap(28, 20, 0.1, -0.05, 1.1, 12),
                                       ShiftScaleRotateMap(28, 20, 0, 0, 1, 0),
                                       ShiftScaleRotateMap(28, 20, -0.9, 0.9, 0.8, 170)};
  for (const at::ScalarType dtype : {at::kFloat, at::kDouble}) {
    const auto on_gpu = MakeImageLoader(dataset, 255, dtype, device());
    const auto on_cpu = MakeImageLoader(dataset, 255, dtype, ComputeDevice{});
    ASSERT_TRUE(on_gpu.ok()) << on_gpu.status();
    for (const size_t count : {0, 1, 3}) {
      const std::span<const AffineMap> used(maps.data(), count);
      const at::Tensor images = (*on_gpu)->Load(rows, used, 5);
      EXPECT_TRUE(images.is_cuda());
      EXPECT_TRUE(at::equal(images.cpu(), (*on_cpu)->Load(rows, used, 5))) << count << " maps";
    }
  }
}

}  // namespace
}  // namespace pleat
