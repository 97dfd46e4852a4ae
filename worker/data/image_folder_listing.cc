#include "worker/data/image_folder_listing.h"

#include <algorithm>
#include <filesystem>
#include <numeric>
#include <system_error>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"
#include "worker/data/dataset_limits.h"

namespace pleat {
namespace {

// Class names travel with every task.
constexpr size_t kMaxClassNameBytes = size_t{64} << 10;

// What a folder holds, each by name, sorted.
struct FolderEntries {
  std::vector<std::string> folders;
  std::vector<std::string> files;
};

std::string Join(const std::string& folder, const std::string& name) {
  return absl::StrCat(folder, "/", name);
}

bool IsHidden(const std::string& name) {
  const std::string lower = absl::AsciiStrToLower(name);
  return name.starts_with('.') || lower == "thumbs.db" || lower == "desktop.ini";
}

absl::Status ListError(const std::string& folder, const std::error_code& error) {
  const std::string message = absl::StrCat("cannot list '", folder, "': ", error.message());
  if (error == std::errc::no_such_file_or_directory ||
      error == std::errc::too_many_symbolic_link_levels || error == std::errc::filename_too_long) {
    return absl::NotFoundError(absl::StrCat(message, "; check the path and data.root"));
  }
  if (error == std::errc::not_a_directory) {
    return absl::InvalidArgumentError(absl::StrCat(message, "; name the folder of the images"));
  }
  if (error == std::errc::permission_denied) {
    return absl::PermissionDeniedError(
        absl::StrCat(message, "; make it readable for the user that runs the worker"));
  }
  return absl::UnavailableError(message);
}

// Ids become lines of other files, class names fields of messages.
absl::Status CheckName(const std::string& folder, const std::string& name) {
  const bool printable = std::none_of(name.begin(), name.end(), absl::ascii_iscntrl);
  if (printable && ValidUtf8Size(name) == name.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "'", folder, "' holds a name with control characters or bytes that are not UTF-8 ('",
      ReplaceInvalidUtf8(name), "'); rename it"));
}

absl::StatusOr<FolderEntries> ListFolder(const std::string& folder) {
  FolderEntries entries;
  std::error_code error;
  std::filesystem::directory_iterator entry(folder, error);
  for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    if (IsHidden(name)) continue;
    PLEAT_RETURN_IF_ERROR(CheckName(folder, name));
    // A link to nothing counts as a file, which cannot be opened then.
    std::error_code ignored;
    (entry->is_directory(ignored) ? entries.folders : entries.files).push_back(name);
  }
  if (error) return ListError(folder, error);
  std::ranges::sort(entries.folders);
  std::ranges::sort(entries.files);
  return entries;
}

absl::Status AddClass(const std::string& folder, const std::string& name,
                      ImageFolderListing& listing) {
  const std::string path = Join(folder, name);
  PLEAT_ASSIGN_OR_RETURN(const FolderEntries entries, ListFolder(path));
  if (!entries.folders.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", Join(path, entries.folders.front()),
                     "' is a folder inside a class folder; the images of a class lie in its folder "
                     "itself"));
  }
  if (entries.files.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("the class folder '", path, "' has no images; add some, or remove it"));
  }
  const auto label = static_cast<int64_t>(listing.class_names.size());
  for (const std::string& file : entries.files) {
    listing.files.push_back({Join(path, file), Join(name, file), label});
  }
  listing.class_names.push_back(name);
  return absl::OkStatus();
}

absl::Status CheckClassCount(const std::string& folder, const std::vector<std::string>& names) {
  size_t bytes = 0;
  for (const std::string& name : names) bytes += name.size();
  if (names.size() < static_cast<size_t>(kMaxClasses) && bytes <= kMaxClassNameBytes) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(absl::StrCat(
      "'", folder, "' has ", names.size(), " class folders with names of ", bytes,
      " bytes together; at most ", kMaxClasses - 1, " and ", kMaxClassNameBytes, " can be"));
}

}  // namespace

absl::StatusOr<ImageFolderListing> ListImageFolder(const std::string& folder,
                                                   const KeepGoing& keep_going) {
  PLEAT_RETURN_IF_ERROR(keep_going());
  PLEAT_ASSIGN_OR_RETURN(const FolderEntries entries, ListFolder(folder));
  ImageFolderListing listing;
  if (entries.folders.empty()) {
    for (const std::string& file : entries.files)
      listing.files.push_back({Join(folder, file), file});
    if (!listing.files.empty()) return listing;
    return absl::InvalidArgumentError(
        absl::StrCat("'", folder,
                     "' has no images; it needs a sub-folder of PNG images per class, or PNG "
                     "images for rows without labels"));
  }
  if (!entries.files.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(
        "'", Join(folder, entries.files.front()), "' lies beside class folders ('",
        entries.folders.front(),
        "'); images lie all in class folders, or all in the folder itself and have no labels: move "
        "or remove this file"));
  }
  PLEAT_RETURN_IF_ERROR(CheckClassCount(folder, entries.folders));
  for (const std::string& name : entries.folders) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    PLEAT_RETURN_IF_ERROR(AddClass(folder, name, listing));
  }
  return listing;
}

void LimitFiles(uint64_t limit, ImageFolderListing& listing) {
  if (limit == 0 || limit >= listing.files.size()) return;
  std::vector<size_t> place_in_class;
  for (size_t i = 0; i < listing.files.size(); ++i) {
    const bool is_first = i == 0 || listing.files[i].label != listing.files[i - 1].label;
    place_in_class.push_back(is_first ? 0 : place_in_class.back() + 1);
  }
  std::vector<size_t> kept(listing.files.size());
  std::iota(kept.begin(), kept.end(), size_t{0});
  std::ranges::stable_sort(kept, {}, [&](size_t i) { return place_in_class[i]; });
  kept.resize(limit);
  std::ranges::sort(kept);
  std::vector<ImageFile> files;
  for (const size_t i : kept) files.push_back(std::move(listing.files[i]));
  listing.files = std::move(files);
}

}  // namespace pleat
