// Transforms in a few words.
#pragma once

#include <string>

#include "proto/sweep.pb.h"

namespace pleat {

// The kind's name, as in the YAML: "shift_scale_rotate"; empty if none is set.
std::string TransformName(const v1::TransformSpec& transform);

// Its options, as in the YAML: "shift 0.1, scale 0.15, p 0.5"; of one_of, the kinds it draws from.
std::string TransformOptions(const v1::TransformSpec& transform);

}  // namespace pleat
