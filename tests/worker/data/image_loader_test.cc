#include "worker/data/image_loader.h"

#include <gtest/gtest.h>

#include <vector>

#include "tests/worker/data/striped_dataset.h"
#include "worker/data/fill_batch.h"

namespace pleat {
namespace {

constexpr int64_t kHeight = 9;
constexpr int64_t kWidth = 7;
constexpr int64_t kChannels = 3;
constexpr int64_t kRows = 40;  // more than one thread's piece

class ImageLoaderTest : public testing::Test {
 protected:
  at::Tensor Load(const std::vector<DrawnTransforms>& drawn, int64_t batch) const {
    return MakeImageLoader(dataset_, 255, at::kFloat, ComputeDevice{})
        .value()
        ->Load(rows_, drawn, batch);
  }

  // By FillBatch, as [rows, height, width, channels].
  at::Tensor Expected(const std::vector<DrawnTransforms>& drawn) const {
    at::Tensor images = at::empty({std::ssize(rows_), kHeight, kWidth, kChannels});
    FillBatch<float>(dataset_, rows_, drawn, 255, images.mutable_data_ptr<float>());
    return images;
  }

  ImageLoaderTest() {
    for (int64_t i = 0; i < kRows; ++i) rows_.push_back((i * 7) % kRows);
  }

  const Dataset dataset_ = StripedDataset(kRows, kHeight, kWidth, kChannels);
  std::vector<int64_t> rows_;
};

TEST_F(ImageLoaderTest, ReadsEachRowThroughItsOwnTransforms) {
  std::vector<DrawnTransforms> drawn;
  for (int64_t i = 0; i < kRows; ++i) {
    const AffineParameters shift = {.shift_x = 0.01 * static_cast<double>(i)};
    drawn.push_back({InverseMap(shift, kHeight, kWidth)});
    if (i % 3 == 0) drawn.back().emplace_back(Brightness{-0.1});
  }
  EXPECT_TRUE(at::equal(Load(drawn, kRows).permute({0, 2, 3, 1}), Expected(drawn)));
}

TEST_F(ImageLoaderTest, ReadsAllRowsThroughOneListOrAsTheyAre) {
  const AffineParameters parameters = {.shift_x = 0.1, .scale = 1.1, .rotate_degrees = 20};
  const std::vector<DrawnTransforms> one = {{InverseMap(parameters, kHeight, kWidth), Gamma{1.2}}};
  EXPECT_TRUE(at::equal(Load(one, kRows).permute({0, 2, 3, 1}), Expected(one)));
  EXPECT_TRUE(at::equal(Load({}, kRows).permute({0, 2, 3, 1}), Expected({})));
}

TEST_F(ImageLoaderTest, FillsUpWithZerosInChannelsLastMemory) {
  const at::Tensor images = Load({}, kRows + 5);
  EXPECT_EQ(images.sizes(), (std::vector<int64_t>{kRows + 5, kChannels, kHeight, kWidth}));
  EXPECT_TRUE(images.is_contiguous(at::MemoryFormat::ChannelsLast));
  EXPECT_FALSE(images.narrow(0, kRows, 5).any().item<bool>());
  EXPECT_TRUE(images.narrow(0, 0, kRows).any().item<bool>());
}

}  // namespace
}  // namespace pleat
