// The configuration as JSON Schema, for editors.
#pragma once

#include <string>

namespace pleat {

// JSON Schema (draft 2020-12) of a sweep's YAML: descriptions, defaults, ranges, allowed values,
// arms. What takes more than one field to check (search paths, groups) is left to `pleat validate`.
std::string SweepJsonSchema();

}  // namespace pleat
