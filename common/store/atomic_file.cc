#include "common/store/atomic_file.h"

#include <fcntl.h>

#include <cerrno>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/durable_file.h"
#include "common/store/file_error.h"
#include "common/store/unique_fd.h"

namespace pleat {

absl::Status WriteFileAtomically(const std::string& path, std::string_view bytes) {
  const std::filesystem::path target(path);
  const std::string folder_name = target.has_parent_path() ? target.parent_path().string() : ".";
  if (!target.has_filename()) {
    return absl::InvalidArgumentError(absl::StrCat("\"", path, "\" does not name a file"));
  }
  UniqueFd folder(open(folder_name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.valid()) return FileError(errno, "open the folder", folder_name);
  return Annotate(WriteDurably(folder.get(), target.filename(), bytes, IfTaken::kReplace),
                  absl::StrCat("in ", folder_name));
}

}  // namespace pleat
