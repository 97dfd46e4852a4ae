// The arithmetic behind dropout masks, for the CPU's loops and the GPU's kernel alike: plain types
// and functions that nvcc and the host compiler both read.
#pragma once

#include <cstdint>

#ifdef __CUDACC__
#define PLEAT_HOST_DEVICE __host__ __device__ __forceinline__
#else
#define PLEAT_HOST_DEVICE [[gnu::always_inline]] inline
#endif

namespace pleat {

// One Philox block of 4 words decides on 8 elements, by a half word each.
inline constexpr int kElementsPerBlock = 8;

// Philox4x32-10 (Salmon et al. 2011): ten rounds, between which the key moves by its steps.
inline constexpr int kPhiloxRounds = 10;
inline constexpr uint32_t kPhiloxKeyStepLow = 0x9E3779B9;
inline constexpr uint32_t kPhiloxKeyStepHigh = 0xBB67AE85;

// One round on the four words of a counter.
PLEAT_HOST_DEVICE void PhiloxRound(uint32_t key_low, uint32_t key_high, uint32_t& word_0,
                                   uint32_t& word_1, uint32_t& word_2, uint32_t& word_3) {
  const uint64_t product_0 = uint64_t{0xD2511F53} * word_0;
  const uint64_t product_1 = uint64_t{0xCD9E8D57} * word_2;
  word_0 = static_cast<uint32_t>(product_1 >> 32) ^ word_1 ^ key_low;
  word_1 = static_cast<uint32_t>(product_1);
  word_2 = static_cast<uint32_t>(product_0 >> 32) ^ word_3 ^ key_high;
  word_3 = static_cast<uint32_t>(product_0);
}

// Whether the elements of a word stay: the low half decides on the first, the high half on the
// second.
PLEAT_HOST_DEVICE bool KeepsFirst(uint32_t word, uint32_t threshold) {
  return (word & 0xFFFF) >= threshold;
}
PLEAT_HOST_DEVICE bool KeepsSecond(uint32_t word, uint32_t threshold) {
  return (word >> 16) >= threshold;
}

}  // namespace pleat
