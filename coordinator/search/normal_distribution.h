// The standard normal distribution.
#pragma once

namespace pleat {

// Probability of values below x.
double NormalProbability(double x);

// The x below which values lie with probability p, 0 < p < 1 (Wichura 1988, "Algorithm AS 241",
// PPND16): relative error about 1e-16.
double NormalQuantile(double p);

}  // namespace pleat
