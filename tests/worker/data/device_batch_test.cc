#include <gtest/gtest.h>

#ifndef PLEAT_CUDA

TEST(DeviceDataset, FillsBatchesWithTheBitsOfTheCpu) { GTEST_SKIP() << "built without PLEAT_CUDA"; }

#else

#include <cuda_runtime_api.h>

#include <vector>

#include "worker/data/device_batch.h"

namespace pleat {
namespace {

bool NoGpuIsVisible() {
  int visible = 0;
  return cudaGetDeviceCount(&visible) != cudaSuccess || visible == 0;
}

Dataset Stripes(int64_t rows, int64_t height, int64_t width, int64_t channels) {
  Dataset dataset;
  dataset.rows = rows;
  dataset.height = height;
  dataset.width = width;
  dataset.channels = channels;
  for (int64_t i = 0; i < rows * height * width * channels; ++i) {
    dataset.pixels.push_back(static_cast<uint8_t>(i * 37 % 251));
  }
  return dataset;
}

template <typename T>
std::vector<T> BatchFromTheGpu(const Dataset& dataset, std::span<const int64_t> rows,
                               std::span<const AffineMap> maps) {
  auto uploaded = DeviceDataset::Upload(dataset);
  EXPECT_TRUE(uploaded.ok()) << uploaded.status();
  std::vector<T> batch(rows.size() * dataset.height * dataset.width * dataset.channels);
  T* out = nullptr;
  EXPECT_EQ(cudaMalloc(reinterpret_cast<void**>(&out), batch.size() * sizeof(T)), cudaSuccess);
  absl::Status status = (*uploaded)->FillBatch(rows, maps, 255, out, /*stream=*/nullptr);
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_EQ(cudaMemcpy(batch.data(), out, batch.size() * sizeof(T), cudaMemcpyDeviceToHost),
            cudaSuccess);
  cudaFree(out);
  return batch;
}

template <typename T>
void ExpectTheBitsOfTheCpu(std::span<const AffineMap> maps) {
  const Dataset dataset = Stripes(5, 28, 20, 3);
  const std::vector<int64_t> rows = {4, 0, 2};
  std::vector<T> expected(rows.size() * 28 * 20 * 3);
  FillBatch<T>(dataset, rows, maps, 255, expected.data());
  EXPECT_EQ(BatchFromTheGpu<T>(dataset, rows, maps), expected);
}

TEST(DeviceDataset, FillsBatchesWithTheBitsOfTheCpu) {
  if (NoGpuIsVisible()) GTEST_SKIP() << "no GPU is visible";
  const std::vector<AffineMap> maps = {ShiftScaleRotateMap(28, 20, 0.1, -0.05, 1.1, 12),
                                       ShiftScaleRotateMap(28, 20, 0, 0, 1, 0),
                                       ShiftScaleRotateMap(28, 20, -0.9, 0.9, 0.8, 170)};
  for (size_t count : {0, 1, 3}) {
    const std::span<const AffineMap> used(maps.data(), count);
    ExpectTheBitsOfTheCpu<float>(used);
    ExpectTheBitsOfTheCpu<double>(used);
  }
}

}  // namespace
}  // namespace pleat

#endif
