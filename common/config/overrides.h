// Overrides of single fields: "training.epochs=3".
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <vector>

#include "common/config/diagnostic.h"
#include "common/config/source_map.h"

namespace pleat {

// Applies "path=value" to the message. The value is YAML: a scalar, a list [a, b] or a mapping
// {a: b}; it takes the place of what the field had. A path through another arm of a oneof switches
// to that arm. Problems become diagnostics of kOverrideFile.
void ApplyOverride(const std::string& text, google::protobuf::Message* message, SourceMap* sources,
                   std::vector<Diagnostic>* diagnostics);

}  // namespace pleat
