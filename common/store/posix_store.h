// A store in a folder of a POSIX file system, local or shared.
#pragma once

#include <string>
#include <vector>

#include "common/store/store.h"
#include "common/store/unique_fd.h"

namespace pleat {

// Opens what it names below its root only. Several processes and machines may use one folder at the
// same time. OpenPosixStore makes one.
class PosixStore final : public Store {
 public:
  // `root`: the open folder that lies at `location`.
  PosixStore(UniqueFd root, std::string location, std::string uuid);

  const std::string& uuid() const override { return uuid_; }
  std::string location() const override { return location_; }
  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override;
  absl::StatusOr<std::string> Read(const v1::Artifact& artifact) const override;
  absl::StatusOr<std::string> ReadUnchecked(const std::string& path,
                                            uint64_t max_size) const override;
  absl::StatusOr<std::string> ReadRange(const std::string& path, uint64_t offset,
                                        uint64_t size) const override;
  absl::StatusOr<std::vector<StoreEntry>> List(const std::string& path) const override;
  absl::Status Remove(const std::string& path) override;
  absl::Status RemoveLeftovers(const std::string& path) override;
  absl::StatusOr<StoreSpace> Space() const override;

 private:
  struct OpenFile {
    UniqueFd fd;
    uint64_t size;
  };
  absl::StatusOr<OpenFile> OpenForReading(const std::string& path) const;
  absl::Status WriteOnce(const v1::Artifact& artifact, std::string_view bytes);
  absl::Status RemoveDurably(const std::string& path);
  // Errors of a whole operation say in which store.
  absl::Status InStore(const absl::Status& status) const;

  UniqueFd root_;
  const std::string location_;
  const std::string uuid_;
};

}  // namespace pleat
