#include "common/store/beneath.h"

#include <dirent.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/file_error.h"
#include "common/store/store_path.h"

namespace pleat {
namespace {

constexpr int kFolderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;

absl::StatusOr<UniqueFd> OpenFolder(int parent, const std::string& name) {
  UniqueFd folder(openat(parent, name.c_str(), kFolderFlags));
  if (!folder.valid()) return FileError(errno, "open the folder", name);
  return folder;
}

// Calls `visit`, which returns a status, with the name of each entry of a folder.
template <typename Visit>
absl::Status VisitEntries(int folder, const std::string& name, const Visit& visit) {
  // fdopendir owns what it is given.
  std::unique_ptr<DIR, int (*)(DIR*)> entries(fdopendir(dup(folder)), closedir);
  if (entries == nullptr) return FileError(errno, "list the folder", name);
  errno = 0;
  while (const dirent* entry = readdir(entries.get())) {
    const std::string child = entry->d_name;
    if (child != "." && child != "..") PLEAT_RETURN_IF_ERROR(visit(child));
    errno = 0;
  }
  return errno == 0 ? absl::OkStatus() : FileError(errno, "list the folder", name);
}

}  // namespace

absl::StatusOr<UniqueFd> OpenBeneath(int root, const std::string& path, int flags) {
  open_how how = {};
  how.flags = static_cast<uint64_t>(flags | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS;
  int fd;
  do {
    // EAGAIN: something in the root was renamed at this moment.
    fd = static_cast<int>(syscall(SYS_openat2, root, path.c_str(), &how, sizeof(how)));
  } while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  if (fd >= 0) return UniqueFd(fd);
  // Old kernels answer ENOSYS, and sandboxes that do not know the call EPERM.
  if (errno == ENOSYS || errno == EPERM) return OpenBeneathByComponents(root, path, flags);
  return FileError(errno, "open", path);
}

absl::StatusOr<UniqueFd> OpenBeneathByComponents(int root, const std::string& path, int flags) {
  PLEAT_ASSIGN_OR_RETURN(std::vector<std::string_view> components, SplitStorePath(path));
  const std::string last(components.back());
  components.pop_back();
  UniqueFd folder;
  int parent = root;
  for (std::string_view component : components) {
    folder = UniqueFd(openat(parent, std::string(component).c_str(), kFolderFlags));
    if (!folder.valid()) return FileError(errno, "open", path);
    parent = folder.get();
  }
  UniqueFd file(openat(parent, last.c_str(), flags | O_NOFOLLOW | O_CLOEXEC));
  if (!file.valid()) return FileError(errno, "open", path);
  return file;
}

absl::StatusOr<UniqueFd> MakeFoldersBeneath(int root,
                                            const std::vector<std::string_view>& components) {
  UniqueFd folder(openat(root, ".", kFolderFlags));
  if (!folder.valid()) return FileError(errno, "open the folder", ".");
  for (std::string_view component : components) {
    const std::string name(component);
    const bool is_new = mkdirat(folder.get(), name.c_str(), 0777) == 0;
    if (!is_new && errno != EEXIST) return FileError(errno, "make the folder", name);
    if (is_new) PLEAT_RETURN_IF_ERROR(FailPoint("store.make_folder.before_sync"));
    // Also if it was there: who made it may have died before.
    if (fsync(folder.get()) != 0) return FileError(errno, "make durable the folder", name);
    PLEAT_ASSIGN_OR_RETURN(folder, OpenFolder(folder.get(), name));
  }
  return folder;
}

absl::StatusOr<std::vector<StoreEntry>> ListFolder(int folder, const std::string& name) {
  std::vector<StoreEntry> entries;
  PLEAT_RETURN_IF_ERROR(VisitEntries(folder, name, [&](const std::string& entry) {
    struct stat info = {};
    if (fstatat(folder, entry.c_str(), &info, AT_SYMLINK_NOFOLLOW) != 0) {
      // Somebody removed it at this moment.
      return errno == ENOENT ? absl::OkStatus() : FileError(errno, "look at", entry);
    }
    const bool is_folder = S_ISDIR(info.st_mode);
    entries.push_back({.name = entry,
                       .is_folder = is_folder,
                       .size = is_folder ? 0 : static_cast<uint64_t>(info.st_size)});
    return absl::OkStatus();
  }));
  std::ranges::sort(entries, {}, &StoreEntry::name);
  return entries;
}

absl::Status RemoveBeneath(int folder, const std::string& name) {
  PLEAT_RETURN_IF_ERROR(FailPoint("store.remove.before_entry"));
  if (unlinkat(folder, name.c_str(), 0) == 0 || errno == ENOENT) return absl::OkStatus();
  // EPERM is what POSIX says of unlinking a folder, EISDIR what Linux says.
  if (errno != EISDIR && errno != EPERM) return FileError(errno, "remove", name);
  PLEAT_ASSIGN_OR_RETURN(UniqueFd child, OpenFolder(folder, name));
  PLEAT_RETURN_IF_ERROR(VisitEntries(child.get(), name, [&](const std::string& entry) {
    return RemoveBeneath(child.get(), entry);
  }));
  if (unlinkat(folder, name.c_str(), AT_REMOVEDIR) != 0 && errno != ENOENT) {
    return FileError(errno, "remove the folder", name);
  }
  return absl::OkStatus();
}

absl::Status RemoveLeftoversIn(int folder, const std::string& name) {
  return VisitEntries(folder, name, [&](const std::string& entry) {
    if (entry.starts_with(kTemporaryPrefix)) return RemoveBeneath(folder, entry);
    const absl::StatusOr<UniqueFd> child = OpenFolder(folder, entry);
    // Most are files.
    return child.ok() ? RemoveLeftoversIn(child->get(), entry) : absl::OkStatus();
  });
}

}  // namespace pleat
