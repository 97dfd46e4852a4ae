// What the search chose, short enough for a line.
#pragma once

#include <string>
#include <vector>

#include "proto/artifact.pb.h"

namespace pleat {

// The shortest ends of the parameters' paths that tell them apart: "lr" for
// "training.optimizer.adam_w.lr", unless another path ends in ".lr" too.
std::vector<std::string> ShortPaths(const std::vector<v1::ParameterValue>& parameters);

// "lr=0.002 dropout=0.1"; empty without parameters.
std::string ShortParameters(const std::vector<v1::ParameterValue>& parameters);

}  // namespace pleat
