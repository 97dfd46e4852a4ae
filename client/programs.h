// The programs beside this one.
#pragma once

#include <string>

namespace pleat {

// Path of `name` in the folder of the running program: ".../bin/pleat-worker".
std::string SiblingProgram(const std::string& name);

}  // namespace pleat
