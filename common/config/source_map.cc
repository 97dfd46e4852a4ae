#include "common/config/source_map.h"

#include <algorithm>
#include <string_view>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

// "a.b[c.d]" -> "a.b" -> "a" -> "". A key in brackets may be a path itself.
std::string_view ParentPath(std::string_view path) {
  int open_brackets = 0;
  for (size_t i = path.size(); i-- > 0;) {
    if (path[i] == ']') ++open_brackets;
    if (path[i] == '[') --open_brackets;
    if (open_brackets <= 0 && (path[i] == '.' || path[i] == '[')) return path.substr(0, i);
  }
  return {};
}

// What could not be read explains what is missing now.
bool IsExplained(const std::string& path, const std::vector<Diagnostic>& diagnostics) {
  return std::any_of(diagnostics.begin(), diagnostics.end(), [&](const Diagnostic& diagnostic) {
    return diagnostic.path == path || absl::StartsWith(diagnostic.path, path + ".") ||
           absl::StartsWith(diagnostic.path, path + "[") ||
           (diagnostic.unread && absl::StartsWith(path, diagnostic.path + "."));
  });
}

}  // namespace

std::string NodePath(const std::string& path, size_t child) {
  return absl::StrCat(path, "/", child);
}

void SourceMap::AddProblems(const std::vector<Problem>& problems,
                            std::vector<Diagnostic>* diagnostics) const {
  std::vector<Diagnostic> located;
  for (const Problem& problem : problems) {
    if (!IsExplained(problem.path, *diagnostics)) located.push_back(Locate(problem));
  }
  diagnostics->insert(diagnostics->end(), located.begin(), located.end());
}

void SourceMap::Record(const std::string& path, const std::string& file, Position key,
                       Position value, bool quoted) {
  places_[path] = {file, key, value, quoted};
}

Diagnostic SourceMap::Locate(const Problem& problem) const {
  const std::string& stands = problem.place.empty() ? problem.path : problem.place;
  if (const auto exact = places_.find(stands); exact != places_.end()) {
    const Place& place = exact->second;
    const Position at = problem.at_key ? place.key : place.value;
    int column = at.column;
    if (problem.offset.has_value() && column > 0) column += *problem.offset + place.quoted;
    return {place.file, at.line, column, problem.path, problem.message};
  }
  std::string_view around = problem.path;
  while (!around.empty()) {
    around = ParentPath(around);
    const auto found = places_.find(std::string(around));
    if (found == places_.end()) continue;
    const Place& place = found->second;
    return {place.file, place.key.line, place.key.column, problem.path, problem.message};
  }
  return {file_, 0, 0, problem.path, problem.message};
}

}  // namespace pleat
