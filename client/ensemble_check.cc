#include "client/ensemble_check.h"

#include <fstream>
#include <sstream>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"
#include "common/store/ensemble_files.h"

namespace pleat {
namespace {

// Empty if the file cannot be read.
std::string FileSha256(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return "";
  Sha256 digest;
  std::vector<char> piece(1 << 20);
  while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
    digest.Update({piece.data(), static_cast<size_t>(file.gcount())});
  }
  return file.bad() ? "" : digest.FinishHex();
}

}  // namespace

absl::Status CheckEnsembleFolder(const std::string& folder, const std::string& manifest_sha256) {
  const std::string manifest = absl::StrCat(folder, "/manifest.json");
  if (FileSha256(manifest) != manifest_sha256) {
    return absl::AlreadyExistsError(absl::StrCat(
        folder, " exists and holds something else: choose another folder, or move it away"));
  }
  std::ostringstream text;
  text << std::ifstream(manifest, std::ios::binary).rdbuf();
  PLEAT_ASSIGN_OR_RETURN(const std::vector<v1::Artifact> files, ParseEnsembleFiles(text.str()));
  for (const v1::Artifact& file : files) {
    const std::string path = absl::StrCat(folder, "/", file.path());
    if (FileSha256(path) == file.sha256()) continue;
    return absl::DataLossError(
        absl::StrCat(path, " is missing or damaged: remove ", folder, " and pull again"));
  }
  return absl::OkStatus();
}

}  // namespace pleat
