// Whole sections and lists as values of search parameters.
#pragma once

#include <string>
#include <vector>

#include "common/config/diagnostic.h"
#include "common/config/field_path.h"

namespace pleat {

// Puts a section or list, given as YAML on one line, into the place of the target's, with all
// defaults. Appends a problem, at `path` or below it, for all that does not fit. Problems know
// their places if the text was recorded at `path` by NodePath.
void PutDocument(const FieldTarget& target, const std::string& text, const std::string& path,
                 std::vector<Problem>* problems);

}  // namespace pleat
