#include "common/store/store_path.h"

#include <string>

#include "absl/status/status.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace pleat {

absl::StatusOr<std::vector<std::string_view>> SplitStorePath(std::string_view path) {
  if (path.size() > kMostStorePathBytes) {
    return absl::InvalidArgumentError(absl::StrCat("a path in a store has ", path.size(),
                                                   " bytes; at most ", kMostStorePathBytes,
                                                   " are accepted"));
  }
  std::vector<std::string_view> components;
  std::string_view rest = path;
  while (true) {
    const std::string_view component = rest.substr(0, rest.find('/'));
    if (component.empty() || component == "." || component == ".." ||
        component.starts_with(kTemporaryPrefix) || component.find('\0') != std::string_view::npos) {
      return absl::InvalidArgumentError(absl::StrCat(
          "\"", absl::CEscape(std::string(path)),
          "\" is not a path in a store: names must be separated by single slashes, and "
          "none may be empty, \".\", \"..\" or a temporary file's"));
    }
    components.push_back(component);
    if (component.size() == rest.size()) return components;
    rest.remove_prefix(component.size() + 1);
  }
}

}  // namespace pleat
