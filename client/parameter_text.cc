#include "client/parameter_text.h"

#include <algorithm>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

bool IsEndOf(const std::string& path, const std::string& end) {
  return path == end || absl::EndsWith(path, absl::StrCat(".", end));
}

std::string ShortestUniqueEnd(const std::string& path,
                              const std::vector<v1::ParameterValue>& parameters) {
  for (size_t dot = path.rfind('.'); dot != std::string::npos && dot > 0;
       dot = path.rfind('.', dot - 1)) {
    const std::string end = path.substr(dot + 1);
    const auto same = std::ranges::count_if(
        parameters, [&](const v1::ParameterValue& other) { return IsEndOf(other.path(), end); });
    if (same <= 1) return end;
  }
  return path;
}

}  // namespace

std::vector<std::string> ShortPaths(const std::vector<v1::ParameterValue>& parameters) {
  std::vector<std::string> paths;
  for (const v1::ParameterValue& parameter : parameters) {
    paths.push_back(ShortestUniqueEnd(parameter.path(), parameters));
  }
  return paths;
}

std::vector<v1::ParameterValue> DistinctParameters(const v1::GetResponse& sweep) {
  std::vector<v1::ParameterValue> distinct;
  std::set<std::string> paths;
  for (const v1::TrialStatus& trial : sweep.trials()) {
    for (const v1::ParameterValue& parameter : trial.parameters()) {
      if (paths.insert(parameter.path()).second) distinct.push_back(parameter);
    }
  }
  return distinct;
}

std::string ShortParameters(const std::vector<v1::ParameterValue>& parameters) {
  const std::vector<std::string> paths = ShortPaths(parameters);
  std::string text;
  for (size_t i = 0; i < paths.size(); ++i) {
    absl::StrAppend(&text, i > 0 ? " " : "", paths[i], "=", parameters[i].value());
  }
  return text;
}

}  // namespace pleat
