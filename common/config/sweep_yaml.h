// The YAML of a sweep, written from its spec.
#pragma once

#include <string>

#include "proto/sweep.pb.h"

namespace pleat {

// YAML that ReadSweep reads back as this resolved spec. What is as by default is left out; short
// parts stand on one line.
std::string SweepYaml(const v1::SweepSpec& spec);

}  // namespace pleat
