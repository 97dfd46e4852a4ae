#include "client/sweep_file.h"

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_reader.h"

namespace pleat {
namespace {

// One byte more than a sweep may have, so that the reader can say that it is too large.
constexpr size_t kMaxBytes = (1 << 20) + 1;

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a folder; name the sweep's YAML file"));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMaxBytes, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    return absl::ErrnoToStatus(errno != 0 ? errno : EIO, absl::StrCat("cannot read ", path));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

}  // namespace

absl::StatusOr<SweepFile> ReadSweepFile(const std::string& path,
                                        const std::vector<std::string>& overrides) {
  SweepSource source;
  PLEAT_ASSIGN_OR_RETURN(source.text, ReadText(path));
  source.file = path;
  std::error_code error;
  source.folder = std::filesystem::absolute(path, error).parent_path().string();
  if (error) return absl::ErrnoToStatus(error.value(), absl::StrCat("cannot find ", path));
  source.overrides = overrides;
  SweepReading reading = ReadSweep(source);
  if (!reading.diagnostics.empty()) {
    return absl::InvalidArgumentError(FormatDiagnostics(reading.diagnostics));
  }
  return SweepFile{.source = std::move(source.text), .spec = std::move(reading.spec)};
}

}  // namespace pleat
