#include "coordinator/prune/signed_rank.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "coordinator/search/normal_distribution.h"

namespace pleat {
namespace {

constexpr size_t kMostExact = 25;

// Twice the rank of each, so that shared ranks are whole; and sum of (t^3 - t) over ties of t.
struct Ranks {
  std::vector<size_t> twice;
  double ties = 0;
};

Ranks RankSizes(const std::vector<double>& sorted) {
  Ranks ranks{.twice = std::vector<size_t>(sorted.size())};
  for (size_t begin = 0; begin < sorted.size();) {
    size_t end = begin + 1;
    while (end < sorted.size() && std::abs(sorted[end]) == std::abs(sorted[begin])) ++end;
    for (size_t i = begin; i < end; ++i) ranks.twice[i] = begin + 1 + end;
    const auto tied = static_cast<double>(end - begin);
    ranks.ties += tied * tied * tied - tied;
    begin = end;
  }
  return ranks;
}

// Share of the 2^n choices of signs whose positive ranks sum to at most `most`.
double ShareUpTo(const std::vector<size_t>& twice_ranks, size_t most) {
  std::vector<double> share(most + 1);
  share[0] = 1;
  for (const size_t rank : twice_ranks) {
    for (size_t sum = most + 1; sum-- > 0;) {
      share[sum] = (share[sum] + (sum >= rank ? share[sum - rank] : 0)) / 2;
    }
  }
  double total = 0;
  for (const double one : share) total += one;
  return total;
}

}  // namespace

double SignedRankBelowZero(std::span<const double> differences) {
  std::vector<double> sorted;
  std::ranges::copy_if(differences, std::back_inserter(sorted), [](double d) { return d != 0; });
  if (sorted.empty()) return 1;
  std::ranges::stable_sort(sorted, {}, [](double d) { return std::abs(d); });
  const Ranks ranks = RankSizes(sorted);
  size_t twice_positive = 0;
  for (size_t i = 0; i < sorted.size(); ++i) twice_positive += sorted[i] > 0 ? ranks.twice[i] : 0;
  if (sorted.size() <= kMostExact) return ShareUpTo(ranks.twice, twice_positive);
  const auto n = static_cast<double>(sorted.size());
  const double mean = n * (n + 1) / 4;
  const double variance = n * (n + 1) * (2 * n + 1) / 24 - ranks.ties / 48;
  return NormalProbability((static_cast<double>(twice_positive) / 2 - mean) / std::sqrt(variance));
}

}  // namespace pleat
