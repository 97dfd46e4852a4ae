#include <fcntl.h>

#include <cerrno>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/ids.h"
#include "common/base/status_macros.h"
#include "common/store/durable_file.h"
#include "common/store/file_error.h"
#include "common/store/posix_store.h"

namespace pleat {
namespace {

constexpr int kFormat = 1;
constexpr char kStoreJson[] = "store.json";
constexpr uint64_t kMaxStoreJson = 64 << 10;

// Makes the folder and what is missing above it, each durably.
absl::Status MakeFolders(const std::filesystem::path& folder) {
  std::error_code error;
  if (folder.empty() || std::filesystem::is_directory(folder, error)) return absl::OkStatus();
  const std::filesystem::path parent =
      folder.has_parent_path() ? folder.parent_path() : std::filesystem::path(".");
  if (parent != folder) PLEAT_RETURN_IF_ERROR(MakeFolders(parent));
  std::filesystem::create_directory(folder, error);
  if (error) return FileError(error.value(), "make the folder", folder.string());
  UniqueFd parent_fd(open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!parent_fd.valid()) return FileError(errno, "open the folder", parent.string());
  return SyncFolder(parent_fd.get(), folder.string());
}

absl::StatusOr<std::string> ParseUuid(const std::string& text, const std::string& location) {
  const nlohmann::json json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("format") || !json["format"].is_number_integer() ||
      !json.contains("uuid") || !json["uuid"].is_string()) {
    return absl::DataLossError(absl::StrCat(location, "/", kStoreJson,
                                            " is damaged: it should hold format and uuid; restore "
                                            "it, or choose another folder"));
  }
  const int64_t format = json["format"].get<int64_t>();
  if (format != kFormat) {
    return absl::FailedPreconditionError(
        absl::StrCat("the store ", location, " has format ", format, ", this program knows format ",
                     kFormat, ": use the Pleat version that made it, or another folder"));
  }
  return json["uuid"].get<std::string>();
}

absl::StatusOr<std::string> WriteNewUuid(PosixStore& store) {
  nlohmann::ordered_json json;
  json["format"] = kFormat;
  json["uuid"] = NewUuid();
  PLEAT_RETURN_IF_ERROR(store.Write(kStoreJson, json.dump() + "\n").status());
  return json["uuid"].get<std::string>();
}

absl::StatusOr<std::string> FindOrMakeUuid(PosixStore& store, bool create) {
  const absl::StatusOr<std::string> text = store.ReadUnchecked(kStoreJson, kMaxStoreJson);
  if (text.ok()) return ParseUuid(*text, store.location());
  if (!absl::IsNotFound(text.status())) return text.status();
  if (!create) {
    return absl::NotFoundError(
        absl::StrCat("there is no store in ", store.location(), " (no ", kStoreJson,
                     "): the coordinator makes it when it starts; check the path"));
  }
  const absl::StatusOr<std::string> made = WriteNewUuid(store);
  if (!absl::IsAlreadyExists(made.status())) return made;
  // Another process made it at this moment.
  return FindOrMakeUuid(store, /*create=*/false);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Store>> OpenPosixStore(const std::string& root, bool create) {
  if (create) PLEAT_RETURN_IF_ERROR(MakeFolders(std::filesystem::path(root).lexically_normal()));
  const auto open_root = [&root] {
    return UniqueFd(open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  };
  UniqueFd folder = open_root();
  if (!folder.valid() && errno == ENOENT) {
    return absl::NotFoundError(
        absl::StrCat("there is no folder ", root,
                     " to open a store in: the coordinator makes it when it "
                     "starts; check the path, and that the shared file system is mounted here"));
  }
  if (!folder.valid()) return FileError(errno, "open the store", root);
  // The UUID is read through a store that does not know its own yet.
  PosixStore nameless(std::move(folder), root, "");
  PLEAT_ASSIGN_OR_RETURN(std::string uuid, FindOrMakeUuid(nameless, create));
  folder = open_root();
  if (!folder.valid()) return FileError(errno, "open the store", root);
  return std::make_unique<PosixStore>(std::move(folder), root, std::move(uuid));
}

}  // namespace pleat
