// What the search chose, short enough for a line.
#pragma once

#include <string>
#include <vector>

#include "proto/artifact.pb.h"
#include "proto/coordinator.pb.h"

namespace pleat {

// The shortest ends of the parameters' paths that tell them apart: "lr" for
// "training.optimizer.adam_w.lr", unless another path ends in ".lr" too.
std::vector<std::string> ShortPaths(const std::vector<v1::ParameterValue>& parameters);

// A parameter of each path that any trial has, in the order of their first appearance.
std::vector<v1::ParameterValue> DistinctParameters(const v1::GetResponse& sweep);

// "lr=0.002 dropout=0.1"; empty without parameters.
std::string ShortParameters(const std::vector<v1::ParameterValue>& parameters);

}  // namespace pleat
