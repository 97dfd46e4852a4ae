#include "worker/model/layers/keyed_dropout.h"

#include <gtest/gtest.h>

#include <vector>

#include "common/base/philox.h"
#include "worker/model/layers/dropout_mask.h"

namespace pleat {
namespace {

// The definition in dropout_mask.h, element by element.
std::vector<uint8_t> ReferenceMask(const DropoutPosition& position, uint32_t threshold,
                                   int64_t count) {
  const uint64_t key = MixKeys(
      MixKeys(position.key, static_cast<uint64_t>(RandomPurpose::kDropout)), position.layer);
  std::vector<uint8_t> keep;
  for (int64_t i = 0; i < count; ++i) {
    const auto words =
        Philox(key, {static_cast<uint32_t>(i / 8), static_cast<uint32_t>(position.row),
                     position.epoch, static_cast<uint32_t>(position.row >> 32)});
    const uint32_t word = words[i % 8 / 2];
    keep.push_back((i % 2 == 0 ? word & 0xFFFF : word >> 16) >= threshold);
  }
  return keep;
}

ForwardContext Training(const std::vector<int64_t>& rows, uint32_t epoch = 2) {
  return {.training = true, .key = 99, .epoch = epoch, .row_ids = rows};
}

at::Tensor Ones(int64_t rows, at::ScalarType dtype = at::kFloat) {
  return at::ones({rows, 6, 5, 3}, dtype).contiguous(at::MemoryFormat::ChannelsLast);
}

TEST(DropoutMask, EqualsItsDefinition) {
  const DropoutPosition position{
      .key = 0x123456789abcdef0, .layer = 3, .epoch = 17, .row = (uint64_t{5} << 32) + 7};
  for (const int64_t count : {1, 8, 127, 128, 129, 1000}) {
    std::vector<uint8_t> keep(count);
    FillDropoutMask(position, 20000, count, keep.data());
    EXPECT_EQ(keep, ReferenceMask(position, 20000, count)) << count;
  }
}

TEST(KeyedDropout, MasksInLogicalOrderWhateverTheLayout) {
  const at::Tensor out = KeyedDropout(1, 0.25).Forward(Ones(1), Training({42})).contiguous();
  const std::vector<uint8_t> keep =
      ReferenceMask({.key = 99, .layer = 1, .epoch = 2, .row = 42}, 16384, 90);
  for (int64_t i = 0; i < 90; ++i) {
    EXPECT_FLOAT_EQ(out.const_data_ptr<float>()[i], keep[i] ? 4.0f / 3 : 0) << i;
  }
  const at::Tensor flat = KeyedDropout(1, 0.25).Forward(at::ones({1, 90}), Training({42}));
  EXPECT_TRUE(at::equal(flat.flatten(), out.flatten()));
}

TEST(KeyedDropout, GivesARowTheSameMaskInEveryBatchAndDtype) {
  KeyedDropout dropout(0, 0.5);
  const at::Tensor together = dropout.Forward(Ones(3), Training({10, 11, 12}));
  const at::Tensor alone = dropout.Forward(Ones(1), Training({11}));
  EXPECT_TRUE(at::equal(together[1], alone[0]));
  EXPECT_FALSE(at::equal(together[0], together[1]));
  const at::Tensor in_double = dropout.Forward(Ones(3, at::kDouble), Training({10, 11, 12}));
  EXPECT_TRUE(at::equal(in_double, together.to(at::kDouble)));
}

TEST(KeyedDropout, ChangesWithLayerAndEpoch) {
  const at::Tensor out = KeyedDropout(0, 0.5).Forward(Ones(1), Training({1}));
  EXPECT_FALSE(at::equal(out, KeyedDropout(1, 0.5).Forward(Ones(1), Training({1}))));
  EXPECT_FALSE(at::equal(out, KeyedDropout(0, 0.5).Forward(Ones(1), Training({1}, 3))));
}

TEST(KeyedDropout, DropsTheGivenShareAndKeepsTheMean) {
  const at::Tensor out =
      KeyedDropout(0, 0.2).Forward(at::ones({1, 400000}, at::kDouble), Training({5}));
  EXPECT_NEAR(out.eq(0).to(at::kDouble).mean().item<double>(), 0.2, 0.003);
  EXPECT_NEAR(out.mean().item<double>(), 1, 0.004);
}

TEST(KeyedDropout, SendsGradientsThroughTheSameMask) {
  const at::Tensor inputs = Ones(2).requires_grad_(true);
  const at::Tensor out = KeyedDropout(0, 0.4).Forward(inputs, Training({1, 2}));
  out.sum().backward();
  EXPECT_TRUE(at::equal(inputs.grad(), out.detach()));
}

TEST(KeyedDropout, DoesNothingOutsideTrainingOrWithoutProbability) {
  const at::Tensor inputs = Ones(2);
  EXPECT_TRUE(KeyedDropout(0, 0.4).Forward(inputs, ForwardContext{}).is_same(inputs));
  EXPECT_TRUE(KeyedDropout(0, 0).Forward(inputs, Training({1, 2})).is_same(inputs));
}

TEST(KeyedDropout, RefusesABatchWhoseRowsItDoesNotKnow) {
  EXPECT_THROW(KeyedDropout(0, 0.4).Forward(Ones(2), Training({1})), c10::Error);
}

}  // namespace
}  // namespace pleat
