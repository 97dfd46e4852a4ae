// Minimisation of a smooth function of a few variables by L-BFGS (Nocedal & Wright 2006, "Numerical
// optimization", algorithm 7.4) with backtracking.
#pragma once

#include <functional>

#include "coordinator/search/eigen.h"

namespace pleat {

// The value at a point; sets its gradient. A value that is not finite is taken for a point that
// may not be.
using SmoothFunction =
    std::function<double(const Eigen::VectorXd& point, Eigen::VectorXd* gradient)>;

struct Minimum {
  Eigen::VectorXd point;
  double value = 0;
};

// The lowest point found in `most_steps` steps from `start`. A start that may not be is returned as
// it is.
Minimum MinimizeLbfgs(const SmoothFunction& function, const Eigen::VectorXd& start, int most_steps);

}  // namespace pleat
