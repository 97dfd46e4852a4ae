#include <algorithm>
#include <map>
#include <mutex>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/artifact_check.h"
#include "common/store/store.h"
#include "common/store/store_path.h"

namespace pleat {
namespace {

constexpr uint64_t kCapacity = uint64_t{1} << 40;

class MemoryStore final : public Store {
 public:
  explicit MemoryStore(const std::string& uuid) : uuid_(uuid) {}

  const std::string& uuid() const override { return uuid_; }
  std::string location() const override { return "memory"; }

  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override {
    PLEAT_RETURN_IF_ERROR(SplitStorePath(path).status());
    std::lock_guard lock(mutex_);
    const auto [file, is_new] = files_.try_emplace(path, bytes);
    if (!is_new && file->second != bytes) return TakenError(path);
    return DescribeArtifact(path, bytes);
  }

  absl::StatusOr<std::string> Read(const v1::Artifact& artifact) const override {
    PLEAT_ASSIGN_OR_RETURN(std::string bytes, Find(artifact.path()));
    PLEAT_RETURN_IF_ERROR(CheckContent(artifact, bytes));
    return bytes;
  }

  absl::StatusOr<std::string> ReadUnchecked(const std::string& path,
                                            uint64_t max_size) const override {
    PLEAT_ASSIGN_OR_RETURN(std::string bytes, Find(path));
    if (bytes.size() > max_size) {
      return absl::InvalidArgumentError(absl::StrCat(
          path, " has ", bytes.size(), " bytes, more than the ", max_size, " it may have"));
    }
    return bytes;
  }

  absl::StatusOr<std::string> ReadRange(const std::string& path, uint64_t offset,
                                        uint64_t size) const override {
    PLEAT_ASSIGN_OR_RETURN(std::string bytes, Find(path));
    if (offset > bytes.size()) {
      return absl::OutOfRangeError(
          absl::StrCat(path, " has ", bytes.size(), " bytes; nothing begins at ", offset));
    }
    return bytes.substr(offset, size);
  }

  absl::StatusOr<std::vector<StoreEntry>> List(const std::string& path) const override {
    PLEAT_RETURN_IF_ERROR(SplitStorePath(path).status());
    std::lock_guard lock(mutex_);
    if (files_.contains(path)) return absl::DataLossError(absl::StrCat(path, " is not a folder"));
    const std::string below = path + "/";
    std::vector<StoreEntry> entries;
    for (auto file = files_.lower_bound(below);
         file != files_.end() && file->first.starts_with(below); ++file) {
      const std::string rest = file->first.substr(below.size());
      const size_t end = rest.find('/');
      if (end == std::string::npos) {
        entries.push_back({.name = rest, .size = file->second.size()});
      } else if (entries.empty() || entries.back().name != rest.substr(0, end)) {
        entries.push_back({.name = rest.substr(0, end), .is_folder = true});
      }
    }
    std::ranges::sort(entries, {}, &StoreEntry::name);
    return entries;
  }

  absl::Status Remove(const std::string& path) override {
    PLEAT_RETURN_IF_ERROR(SplitStorePath(path).status());
    std::lock_guard lock(mutex_);
    std::erase_if(files_, [below = path + "/", &path](const auto& file) {
      return file.first == path || file.first.starts_with(below);
    });
    return absl::OkStatus();
  }

  absl::Status RemoveLeftovers(const std::string& path) override {
    return SplitStorePath(path).status();
  }

  absl::StatusOr<StoreSpace> Space() const override {
    std::lock_guard lock(mutex_);
    uint64_t used = 0;
    for (const auto& [path, bytes] : files_) used += bytes.size();
    return StoreSpace{.free_bytes = kCapacity - std::min(used, kCapacity),
                      .total_bytes = kCapacity};
  }

 private:
  absl::StatusOr<std::string> Find(const std::string& path) const {
    PLEAT_RETURN_IF_ERROR(SplitStorePath(path).status());
    std::lock_guard lock(mutex_);
    const auto file = files_.find(path);
    if (file == files_.end()) return absl::NotFoundError(absl::StrCat("cannot open ", path));
    return file->second;
  }

  const std::string uuid_;
  mutable std::mutex mutex_;
  std::map<std::string, std::string> files_;
};

}  // namespace

std::unique_ptr<Store> NewMemoryStore(const std::string& uuid) {
  return std::make_unique<MemoryStore>(uuid);
}

}  // namespace pleat
