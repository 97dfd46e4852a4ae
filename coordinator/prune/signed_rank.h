// Wilcoxon's signed-rank test.
#pragma once

#include <span>

namespace pleat {

// One-sided p value that the differences lie below 0: the probability of a sum of positive ranks as
// low as theirs, were each difference as likely to be negative as positive (Wilcoxon 1945).
// Differences of 0 are left out, equal sizes share the mean of their ranks. Exact for up to 25
// differences that are not 0; by the normal distribution, with the correction for ties, above. 1 if
// there are none.
double SignedRankBelowZero(std::span<const double> differences);

}  // namespace pleat
