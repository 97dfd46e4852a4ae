// The configuration reference, as a document for people.
#pragma once

#include <string>

namespace pleat {

// Markdown: a table per section of the YAML with every key, its values, default and meaning. It is
// committed as docs/configuration.md.
std::string SweepReferenceMarkdown();

}  // namespace pleat
