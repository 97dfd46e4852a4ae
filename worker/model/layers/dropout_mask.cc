#include "worker/model/layers/dropout_mask.h"

#include <algorithm>
#include <cstring>

#include "common/base/philox.h"
#include "common/base/target_clones.h"
#include "worker/model/layers/dropout_philox.h"

namespace pleat {
namespace {

// Philox blocks computed side by side. Loops of 16 or fewer the compiler unrolls instead of
// vectorising them.
constexpr int kLanes = 32;
constexpr int64_t kElementsPerCall = kLanes * kElementsPerBlock;

// Philox() of kLanes consecutive counters, written so that the compiler keeps a lane per vector
// element; the scalar function costs eight times as much.
PLEAT_TARGET_CLONES void FillLanes(uint64_t key, uint32_t first_block, uint64_t row, uint32_t epoch,
                                   uint32_t threshold, uint8_t* keep) {
  uint32_t words[4][kLanes];
  for (int i = 0; i < kLanes; ++i) {
    words[0][i] = first_block + static_cast<uint32_t>(i);
    words[1][i] = static_cast<uint32_t>(row);
    words[2][i] = epoch;
    words[3][i] = static_cast<uint32_t>(row >> 32);
  }
  uint32_t key_low = static_cast<uint32_t>(key);
  uint32_t key_high = static_cast<uint32_t>(key >> 32);
  for (int round = 0; round < kPhiloxRounds; ++round) {
    for (int i = 0; i < kLanes; ++i) {
      PhiloxRound(key_low, key_high, words[0][i], words[1][i], words[2][i], words[3][i]);
    }
    key_low += kPhiloxKeyStepLow;
    key_high += kPhiloxKeyStepHigh;
  }
  for (int i = 0; i < kLanes; ++i) {
    for (int word = 0; word < 4; ++word) {
      uint8_t* pair = keep + i * kElementsPerBlock + 2 * word;
      pair[0] = KeepsFirst(words[word][i], threshold);
      pair[1] = KeepsSecond(words[word][i], threshold);
    }
  }
}

}  // namespace

uint64_t DropoutKey(uint64_t key, uint32_t layer) {
  return MixKeys(MixKeys(key, static_cast<uint64_t>(RandomPurpose::kDropout)), layer);
}

void FillDropoutMask(const DropoutPosition& position, uint32_t threshold, int64_t count,
                     uint8_t* keep) {
  const uint64_t key = DropoutKey(position.key, position.layer);
  for (int64_t start = 0; start < count; start += kElementsPerCall) {
    uint8_t flags[kElementsPerCall];
    FillLanes(key, static_cast<uint32_t>(start / kElementsPerBlock), position.row, position.epoch,
              threshold, flags);
    std::memcpy(keep + start, flags, std::min(kElementsPerCall, count - start));
  }
}

}  // namespace pleat
