// Fixtures that the scripts of this folder wrote.
#pragma once

#include <fstream>
#include <nlohmann/json.hpp>
#include <string>

namespace pleat {

// The JSON of tests/reference/fixtures/<name>.
inline nlohmann::json ReadFixture(const std::string& name) {
  std::ifstream file(std::string(PLEAT_SOURCE_DIR) + "/tests/reference/fixtures/" + name);
  return nlohmann::json::parse(file);
}

}  // namespace pleat
