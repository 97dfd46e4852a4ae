// Counter-based random numbers (Philox4x32-10; Salmon et al. 2011, "Parallel random numbers: as
// easy as 1, 2, 3"). A draw is a pure function of a key and a position, so no generator state is
// ever saved, and results depend neither on threads nor on restarts.
#pragma once

#include <array>
#include <cstdint>

namespace pleat {

// What a draw is for; draws of different purposes never coincide.
enum class RandomPurpose : uint32_t {
  kInitialWeights = 1,
  kEpochOrder = 2,
  kAugmentation = 3,
  kDropout = 4,
  kSearch = 5,
  kViews = 6,
  kSyntheticStyle = 7,
  kSyntheticSample = 8,
  kRetryJitter = 9,
  kMixup = 10,
  kSobolScrambling = 11,
  kFoldResampling = 12,
  kForest = 13,
  kInspection = 14,
  kSyntheticObjective = 15,
  kSimulation = 16,
  kAudit = 17,
};

// Four 32-bit words for one (key, counter).
std::array<uint32_t, 4> Philox(uint64_t key, const std::array<uint32_t, 4>& counter);

// Mixes two numbers into a key; order matters. Used to derive (seed, trial, fold, …) keys.
uint64_t MixKeys(uint64_t a, uint64_t b);

// A short stream of draws at the position (purpose, a, b) of a key: "sample b of epoch a". Cheap to
// make; make one where it is needed instead of passing it around. Draws 2^32 blocks of four words
// at most.
class RandomStream {
 public:
  RandomStream(uint64_t key, RandomPurpose purpose, uint32_t a = 0, uint32_t b = 0);

  // Uniform 32 bits.
  uint32_t NextUint32();
  // Uniform 64 bits.
  uint64_t NextUint64();
  // Uniform in [0, 1), 53 bits.
  double NextDouble();
  // Uniform in [low, high).
  double NextUniform(double low, double high);
  // Uniform in [0, bound), without bias; bound > 0.
  uint64_t NextBelow(uint64_t bound);
  // Standard normal (Box-Muller on two NextDouble draws; the second value is dropped).
  double NextNormal();

 private:
  uint64_t key_;
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  int used_ = 4;
};

}  // namespace pleat
