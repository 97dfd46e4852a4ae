#include "coordinator/search/sobol_sequence.h"

#include <array>
#include <bit>
#include <iterator>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

constexpr uint32_t kDigits = 32;
constexpr uint32_t kMostDegree = 11;

struct Polynomial {
  uint32_t coefficients;  // as bits, the leading one and the constant included
  uint32_t first_directions[kMostDegree];
};

constexpr Polynomial kPolynomials[] = {
#include "coordinator/search/sobol_directions.inc"
};

using Directions = std::array<uint32_t, kDigits>;

// Dimension 0 is van der Corput's sequence: digit j stands for 2^-(j + 1).
Directions FirstDirections() {
  Directions directions;
  for (uint32_t j = 0; j < kDigits; ++j) directions[j] = 1u << (kDigits - 1 - j);
  return directions;
}

// Bratley and Fox 1988, "Algorithm 659": each direction number follows from as many before it as
// the polynomial has degrees.
Directions DirectionsOf(const Polynomial& polynomial) {
  const uint32_t degree = std::bit_width(polynomial.coefficients) - 1;
  Directions directions;
  for (uint32_t j = 0; j < kDigits; ++j) {
    if (j < degree) {
      directions[j] = polynomial.first_directions[j] << (kDigits - 1 - j);
      continue;
    }
    directions[j] = directions[j - degree] ^ (directions[j - degree] >> degree);
    for (uint32_t k = 1; k < degree; ++k) {
      if ((polynomial.coefficients >> (degree - k)) & 1) directions[j] ^= directions[j - k];
    }
  }
  return directions;
}

uint32_t ReverseBits(uint32_t x) {
  x = (x >> 16) | (x << 16);
  x = ((x & 0xff00ff00u) >> 8) | ((x & 0x00ff00ffu) << 8);
  x = ((x & 0xf0f0f0f0u) >> 4) | ((x & 0x0f0f0f0fu) << 4);
  x = ((x & 0xccccccccu) >> 2) | ((x & 0x33333333u) << 2);
  return ((x & 0xaaaaaaaau) >> 1) | ((x & 0x55555555u) << 1);
}

// Laine and Karras 2011, with Burley's constants: a bit changes only by those below it.
uint32_t PermuteUpwards(uint32_t x, uint32_t key) {
  x += key;
  x ^= x * 0x6c50b47cu;
  x ^= x * 0xb82f1e52u;
  x ^= x * 0xc7afe638u;
  x ^= x * 0x8d22f6e6u;
  return x;
}

}  // namespace

uint32_t SobolSequence::MostDimensions() {
  return static_cast<uint32_t>(std::size(kPolynomials)) + 1;
}

absl::StatusOr<SobolSequence> SobolSequence::Make(uint32_t dimensions) {
  if (dimensions > MostDimensions()) {
    return absl::InvalidArgumentError(
        absl::StrCat("Sobol's sequence has ", MostDimensions(), " dimensions at most, not ",
                     dimensions, "; vary fewer parameters, or use `search.method: {random: {}}`"));
  }
  std::vector<uint32_t> directions;
  for (uint32_t i = 0; i < dimensions; ++i) {
    const Directions of_axis = i == 0 ? FirstDirections() : DirectionsOf(kPolynomials[i - 1]);
    directions.insert(directions.end(), of_axis.begin(), of_axis.end());
  }
  return SobolSequence(std::move(directions));
}

uint32_t SobolSequence::At(uint32_t index, uint32_t dimension) const {
  uint32_t coordinate = 0;
  for (uint32_t gray = index ^ (index >> 1), j = 0; gray != 0; gray >>= 1, ++j) {
    if (gray & 1) coordinate ^= directions_[dimension * kDigits + j];
  }
  return coordinate;
}

double SobolSequence::ScrambledAt(uint32_t index, uint32_t dimension, uint32_t key) const {
  const uint32_t scrambled = ReverseBits(PermuteUpwards(ReverseBits(At(index, dimension)), key));
  return (static_cast<double>(scrambled) + 0.5) * 0x1.0p-32;
}

}  // namespace pleat
