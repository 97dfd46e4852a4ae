#include "worker/model/layers/dropout_mask.h"

#include <algorithm>
#include <cstring>

#include "common/base/philox.h"
#include "worker/model/layers/target_clones.h"

namespace pleat {
namespace {

constexpr int kLanes = 16;            // Philox blocks computed side by side
constexpr int kElementsPerBlock = 8;  // 4 words of 2 halves
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
  for (int round = 0; round < 10; ++round) {
    for (int i = 0; i < kLanes; ++i) {
      const uint64_t product_0 = uint64_t{0xD2511F53} * words[0][i];
      const uint64_t product_1 = uint64_t{0xCD9E8D57} * words[2][i];
      const uint32_t word_1 = words[1][i];
      const uint32_t word_3 = words[3][i];
      words[0][i] = static_cast<uint32_t>(product_1 >> 32) ^ word_1 ^ key_low;
      words[1][i] = static_cast<uint32_t>(product_1);
      words[2][i] = static_cast<uint32_t>(product_0 >> 32) ^ word_3 ^ key_high;
      words[3][i] = static_cast<uint32_t>(product_0);
    }
    key_low += 0x9E3779B9;
    key_high += 0xBB67AE85;
  }
  for (int i = 0; i < kLanes; ++i) {
    for (int word = 0; word < 4; ++word) {
      uint8_t* pair = keep + i * kElementsPerBlock + 2 * word;
      pair[0] = (words[word][i] & 0xFFFF) >= threshold;
      pair[1] = (words[word][i] >> 16) >= threshold;
    }
  }
}

}  // namespace

void FillDropoutMask(const DropoutPosition& position, uint32_t threshold, int64_t count,
                     uint8_t* keep) {
  const uint64_t key = MixKeys(
      MixKeys(position.key, static_cast<uint64_t>(RandomPurpose::kDropout)), position.layer);
  for (int64_t start = 0; start < count; start += kElementsPerCall) {
    uint8_t flags[kElementsPerCall];
    FillLanes(key, static_cast<uint32_t>(start / kElementsPerBlock), position.row, position.epoch,
              threshold, flags);
    std::memcpy(keep + start, flags, std::min(kElementsPerCall, count - start));
  }
}

}  // namespace pleat
