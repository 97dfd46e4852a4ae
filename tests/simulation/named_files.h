// Which files a state names, found without the code that plans collections.
#pragma once

#include <map>
#include <string>

#include "coordinator/core/state.h"
#include "proto/artifact.pb.h"

namespace pleat::simulation {

// By path; all that simulated workers and effects write. They point into the state.
std::map<std::string, const v1::Artifact*> NamedFiles(const State& state);

}  // namespace pleat::simulation
