// The logarithm of the expected improvement, exact also where the improvement itself underflows
// (Ament et al. 2023, "Unexpected improvements to expected improvement for Bayesian optimization").
#pragma once

namespace pleat {

// log(phi(z) + z Phi(z)), of the standard normal density and distribution: the logarithm of how
// much a normal variable of mean z and deviation 1 lies above 0 on average. Relative error below
// 1e-11 of the function before its logarithm. If `slope` is given it gets the derivative by z.
double LogNormalGain(double z, double* slope = nullptr);

// Logarithm of the expected improvement on `best`, lower being better, of a normal value.
// `deviation` > 0.
double LogExpectedImprovement(double mean, double deviation, double best);

}  // namespace pleat
