// A store whose writers wait while its disk is full.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/keep_going.h"
#include "common/store/store.h"

namespace pleat {

// Passes everything on to another store. A write for which there is no space is tried again every
// second until there is, so that a task pauses where it is and loses nothing.
class PatientStore final : public Store {
 public:
  // Told why a write waits, each time it was tried in vain, and "" once it is done or given up.
  using OnWait = std::function<void(const std::string& reason)>;

  // A wait ends with the error of `keep_going`, which is asked several times a second. Both are
  // called on the thread that writes. `store` outlives this.
  PatientStore(Store& store, OnWait on_wait, KeepGoing keep_going);

  const std::string& uuid() const override { return store_.uuid(); }
  std::string location() const override { return store_.location(); }
  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override;
  absl::StatusOr<std::string> Read(const v1::Artifact& artifact) const override {
    return store_.Read(artifact);
  }
  absl::StatusOr<std::string> ReadUnchecked(const std::string& path,
                                            uint64_t max_size) const override {
    return store_.ReadUnchecked(path, max_size);
  }
  absl::StatusOr<std::string> ReadRange(const std::string& path, uint64_t offset,
                                        uint64_t size) const override {
    return store_.ReadRange(path, offset, size);
  }
  absl::StatusOr<std::vector<StoreEntry>> List(const std::string& folder) const override {
    return store_.List(folder);
  }
  absl::Status Remove(const std::string& path) override { return store_.Remove(path); }
  absl::Status RemoveLeftovers(const std::string& folder) override {
    return store_.RemoveLeftovers(folder);
  }
  absl::StatusOr<StoreSpace> Space() const override { return store_.Space(); }

 private:
  absl::Status Pause() const;

  Store& store_;
  const OnWait on_wait_;
  const KeepGoing keep_going_;
};

}  // namespace pleat
