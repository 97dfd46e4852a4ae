#include "tests/simulation/simulated_store.h"

#include "absl/strings/str_cat.h"
#include "common/base/philox.h"

namespace pleat::simulation {

std::string DigestOf(uint64_t content) {
  return absl::StrCat(std::string(48, '0'), absl::Hex(content, absl::kZeroPad16));
}

uint64_t MixText(uint64_t content, std::string_view text) {
  for (const char c : text) {
    content = (content ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return MixKeys(content, text.size());
}

absl::StatusOr<v1::Artifact> SimulatedStore::Write(const std::string& path, uint64_t content) {
  if (is_full_) return absl::ResourceExhaustedError(absl::StrCat(path, ": no space left"));
  const auto [file, is_new] = files_.try_emplace(path, File{content, content});
  if (!is_new && file->second.written != content) {
    return absl::AlreadyExistsError(absl::StrCat(path, " is there with other bytes"));
  }
  v1::Artifact artifact;
  artifact.set_path(path);
  artifact.set_size(sizeof content);
  artifact.set_sha256(DigestOf(content));
  return artifact;
}

absl::StatusOr<uint64_t> SimulatedStore::Read(const v1::Artifact& artifact) const {
  const auto file = files_.find(artifact.path());
  if (file == files_.end()) return absl::NotFoundError(absl::StrCat(artifact.path(), " is absent"));
  if (DigestOf(file->second.content) != artifact.sha256()) {
    return absl::DataLossError(absl::StrCat(artifact.path(), " is damaged"));
  }
  return file->second.content;
}

bool SimulatedStore::Holds(const v1::Artifact& artifact) const {
  const auto file = files_.find(artifact.path());
  return file != files_.end() && DigestOf(file->second.written) == artifact.sha256();
}

void SimulatedStore::RemoveBelow(const std::string& folder) {
  const std::string prefix = folder + "/";
  for (auto file = files_.lower_bound(prefix);
       file != files_.end() && file->first.starts_with(prefix);) {
    file = files_.erase(file);
  }
}

std::vector<std::string> SimulatedStore::Below(const std::string& folder) const {
  const std::string prefix = folder + "/";
  std::vector<std::string> paths;
  for (auto file = files_.lower_bound(prefix);
       file != files_.end() && file->first.starts_with(prefix); ++file) {
    paths.push_back(file->first);
  }
  return paths;
}

bool SimulatedStore::Damage(const std::string& path, int bit) {
  const auto file = files_.find(path);
  if (file == files_.end()) return false;
  file->second.content ^= uint64_t{1} << bit;
  return true;
}

}  // namespace pleat::simulation
