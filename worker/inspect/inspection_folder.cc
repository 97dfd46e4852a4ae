#include "worker/inspect/inspection_folder.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/file_error.h"
#include "worker/inspect/duplicates_csv.h"
#include "worker/inspect/inspection_html.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

constexpr int kFormat = 1;
constexpr char kPage[] = "index.html";
constexpr char kImages[] = "images";
constexpr char kRecord[] = "inspection.json";

std::string Record(const Inspection& inspection) {
  nlohmann::ordered_json record;
  record["format"] = kFormat;
  record["sweep"] = inspection.name;
  record["settings_sha256"] = inspection.settings_sha256;
  for (const auto& [split, sha256] : inspection.sha256) record["data_sha256"][split] = sha256;
  return record.dump(2) + "\n";
}

bool IsInspection(const fs::path& folder) {
  std::ifstream file(folder / kRecord);
  const nlohmann::json record = nlohmann::json::parse(file, nullptr, /*allow_exceptions=*/false);
  return record.is_object() && record.contains("format") && record.contains("sweep") &&
         record.contains("data_sha256");
}

absl::Status WriteFile(const fs::path& path, std::string_view bytes) {
  std::FILE* file = std::fopen(path.c_str(), "wbx");
  if (file == nullptr) return FileError(errno, "write", path.string());
  const bool is_written = std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
                          std::fflush(file) == 0 && fsync(fileno(file)) == 0;
  const int error = errno;
  if (std::fclose(file) != 0) return FileError(errno, "write", path.string());
  return is_written ? absl::OkStatus() : FileError(error, "write", path.string());
}

absl::Status WriteImages(const Inspection& inspection, const fs::path& folder) {
  std::error_code error;
  fs::create_directory(folder, error);
  if (error) return FileError(error.value(), "create", folder.string());
  const auto write = [&](const InspectionImage& image) {
    return WriteFile(folder / image.file, image.png);
  };
  for (const SplitImages& split : inspection.images) {
    for (const ClassImages& images : split.classes) {
      PLEAT_RETURN_IF_ERROR(write(images.mean));
      PLEAT_RETURN_IF_ERROR(write(images.samples));
    }
  }
  for (const DuplicateImage& duplicate : inspection.shown_duplicates) {
    PLEAT_RETURN_IF_ERROR(write(duplicate.image));
  }
  for (const PreviewGrid& grid : inspection.augmentation) PLEAT_RETURN_IF_ERROR(write(grid.image));
  for (const PreviewGrid& grid : inspection.views) PLEAT_RETURN_IF_ERROR(write(grid.image));
  return absl::OkStatus();
}

// Something in the folder that no inspection wrote; empty: there is nothing.
absl::StatusOr<std::string> StrangerIn(const fs::path& folder) {
  std::error_code error;
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string name = entry->path().filename();
    if (name != kPage && name != kImages && name != kRecord && name != kDuplicatesFile) {
      return name;
    }
  }
  if (error) return FileError(error.value(), "read", folder.string());
  return "";
}

// OK if an inspection may take the place.
absl::Status CheckPlace(const fs::path& folder) {
  std::error_code error;
  // Of a link itself: one that is left leads nowhere.
  const fs::file_status status = fs::symlink_status(folder, error);
  if (status.type() == fs::file_type::not_found) return absl::OkStatus();
  if (error) return FileError(error.value(), "read", folder.string());
  if (status.type() != fs::file_type::directory) {
    return absl::AlreadyExistsError(
        absl::StrCat(folder.string(), " exists and is no folder: choose another --out"));
  }
  // Its place is taken by a new one: the shell would stand in one that is gone.
  if (fs::equivalent(folder, fs::current_path(error), error)) {
    return absl::InvalidArgumentError(absl::StrCat(
        "--out ", folder.string(), " is the current folder: name a new one, as ./inspection"));
  }
  const bool is_empty = fs::is_empty(folder, error);
  if (error) return FileError(error.value(), "read", folder.string());
  if (is_empty) return absl::OkStatus();
  PLEAT_ASSIGN_OR_RETURN(const std::string stranger, StrangerIn(folder));
  if (!stranger.empty()) {
    return absl::AlreadyExistsError(absl::StrCat(folder.string(), " holds ", stranger,
                                                 ", which is of no inspection: choose another "
                                                 "--out"));
  }
  if (IsInspection(folder)) return absl::OkStatus();
  return absl::AlreadyExistsError(
      absl::StrCat(folder.string(), " exists and is no inspection: choose another --out"));
}

}  // namespace

InspectionFolder::InspectionFolder(fs::path target, const std::string& sweep)
    : target_(std::move(target)), partial_(target_, sweep + ".inspect") {}

absl::StatusOr<std::unique_ptr<InspectionFolder>> InspectionFolder::Create(
    const std::string& folder, const std::string& sweep) {
  PLEAT_ASSIGN_OR_RETURN(fs::path target, ResolveFolder(folder));
  PLEAT_RETURN_IF_ERROR(CheckPlace(target));
  std::unique_ptr<InspectionFolder> created(new InspectionFolder(std::move(target), sweep));
  PLEAT_RETURN_IF_ERROR(created->partial_.Create());
  return created;
}

absl::Status InspectionFolder::Write(const Inspection& inspection) {
  PLEAT_RETURN_IF_ERROR(CheckPlace(target_));
  const fs::path& folder = partial_.path();
  PLEAT_RETURN_IF_ERROR(WriteFile(folder / kPage, InspectionHtml(inspection)));
  PLEAT_RETURN_IF_ERROR(WriteFile(folder / kRecord, Record(inspection)));
  if (!inspection.duplicates.sets.empty()) {
    PLEAT_RETURN_IF_ERROR(WriteFile(folder / kDuplicatesFile, DuplicatesCsv(inspection)));
  }
  PLEAT_RETURN_IF_ERROR(WriteImages(inspection, folder / kImages));
  return partial_.Replace();
}

}  // namespace pleat
