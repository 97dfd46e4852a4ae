#include "common/config/sweep_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/base/utf8.h"

namespace pleat {
namespace {

// One byte more than a sweep may have, so that the reader can say that it is too large.
constexpr size_t kMostReadBytes = (1 << 20) + 1;

absl::StatusOr<std::string> ReadText(const std::string& path) {
  std::error_code error;
  if (std::filesystem::is_directory(path, error)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, " is a folder; name the sweep's YAML file"));
  }
  errno = 0;
  std::ifstream file(path, std::ios::binary);
  std::string text(kMostReadBytes, '\0');
  if (file) file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    return absl::ErrnoToStatus(errno != 0 ? errno : EIO, absl::StrCat("cannot read ", path));
  }
  text.resize(static_cast<size_t>(file.gcount()));
  return text;
}

absl::Status CheckText(const std::string& text, const std::string& path) {
  const size_t valid = ValidUtf8Size(text);
  if (valid == text.size()) return absl::OkStatus();
  const auto line = 1 + std::ranges::count(std::string_view(text).substr(0, valid), '\n');
  return absl::InvalidArgumentError(
      absl::StrCat(path, ":", line, ": a letter is not UTF-8; save the file as UTF-8"));
}

absl::Status CheckWord(const std::string& word, const std::string& what) {
  if (ValidUtf8Size(word) == word.size()) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(what, " is not UTF-8: ", word));
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
  return ReadSweepSource(std::move(source));
}

absl::StatusOr<SweepFile> ReadSweepSource(SweepSource source) {
  PLEAT_RETURN_IF_ERROR(CheckText(source.text, source.file));
  PLEAT_RETURN_IF_ERROR(CheckWord(source.folder, "the name of the sweep's folder"));
  for (const std::string& text : source.overrides) PLEAT_RETURN_IF_ERROR(CheckWord(text, "--set"));
  SweepReading reading = ReadSweep(source);
  if (!reading.diagnostics.empty()) {
    return absl::InvalidArgumentError(FormatDiagnostics(reading.diagnostics));
  }
  return SweepFile{.source = std::move(source.text), .spec = std::move(reading.spec)};
}

}  // namespace pleat
