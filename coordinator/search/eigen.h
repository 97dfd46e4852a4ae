// Eigen, with results that depend on no machine: one thread, and blocks of a fixed size instead of
// such as fit the caches at hand. Include it instead of Eigen's own headers.
#pragma once

#define EIGEN_DONT_PARALLELIZE
#define EIGEN_NO_CPUID
#include <Eigen/Cholesky>
#include <Eigen/Core>
