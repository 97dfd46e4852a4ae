#include "common/base/philox.h"

#include <Random123/philox.h>

#include <algorithm>
#include <cmath>
#include <numbers>

namespace pleat {
namespace {

constexpr uint32_t Low(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint32_t High(uint64_t value) { return static_cast<uint32_t>(value >> 32); }
constexpr uint64_t Join(uint32_t low, uint32_t high) { return uint64_t{high} << 32 | low; }

// Stands where streams have their purpose, so that keys and draws never come from one counter.
constexpr uint32_t kMixingPurpose = 0;

}  // namespace

std::array<uint32_t, 4> Philox(uint64_t key, const std::array<uint32_t, 4>& counter) {
  const r123::Philox4x32::ctr_type in = {{counter[0], counter[1], counter[2], counter[3]}};
  const r123::Philox4x32::key_type two_words = {{Low(key), High(key)}};
  const r123::Philox4x32::ctr_type out = r123::Philox4x32()(in, two_words);
  return {out[0], out[1], out[2], out[3]};
}

uint64_t MixKeys(uint64_t a, uint64_t b) {
  const std::array<uint32_t, 4> words = Philox(a, {Low(b), kMixingPurpose, High(b), 0});
  return Join(words[0], words[1]);
}

RandomStream::RandomStream(uint64_t key, RandomPurpose purpose, uint32_t a, uint32_t b)
    : key_(key), counter_{0, static_cast<uint32_t>(purpose), a, b} {}

uint32_t RandomStream::NextUint32() {
  if (used_ == 4) {
    block_ = Philox(key_, counter_);
    ++counter_[0];
    used_ = 0;
  }
  return block_[used_++];
}

uint64_t RandomStream::NextUint64() {
  const uint32_t low = NextUint32();
  return Join(low, NextUint32());
}

double RandomStream::NextDouble() { return static_cast<double>(NextUint64() >> 11) * 0x1.0p-53; }

double RandomStream::NextUniform(double low, double high) {
  // The sum may round up to `high`.
  return std::min(low + (high - low) * NextDouble(), std::nextafter(high, low));
}

uint64_t RandomStream::NextBelow(uint64_t bound) {
  // Lemire 2019, "Fast random integer generation in an interval": the high half of a product,
  // drawn again while the low half lies in the part that would bias it.
  const uint64_t biased = -bound % bound;
  while (true) {
    const auto product = static_cast<unsigned __int128>(NextUint64()) * bound;
    if (static_cast<uint64_t>(product) >= biased) return static_cast<uint64_t>(product >> 64);
  }
}

double RandomStream::NextNormal() {
  const double radius = std::sqrt(-2.0 * std::log(1.0 - NextDouble()));
  return radius * std::cos(2.0 * std::numbers::pi * NextDouble());
}

}  // namespace pleat
