// YAML trees as text on one line.
#pragma once

#include <string>

#include "common/config/yaml_tree.h"

namespace pleat {

// "{rmsprop: {lr: 1e-3}}": reads back as the same tree, up to places. Words stand as they were
// written, in double quotes where they need some; no value is "~".
std::string FlowText(const YamlNode& node);

}  // namespace pleat
