// A store in memory, one question of which a test answers differently.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "common/store/store.h"

namespace pleat {

// Passes everything on; tests derive from it and override what is to go wrong.
class WrappedStore : public Store {
 public:
  const std::string& uuid() const override { return store_->uuid(); }
  std::string location() const override { return store_->location(); }
  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) override {
    return store_->Write(path, bytes);
  }
  absl::StatusOr<std::string> Read(const v1::Artifact& artifact) const override {
    return store_->Read(artifact);
  }
  absl::StatusOr<std::string> ReadUnchecked(const std::string& path,
                                            uint64_t max_size) const override {
    return store_->ReadUnchecked(path, max_size);
  }
  absl::StatusOr<std::string> ReadRange(const std::string& path, uint64_t offset,
                                        uint64_t size) const override {
    return store_->ReadRange(path, offset, size);
  }
  absl::StatusOr<std::vector<StoreEntry>> List(const std::string& folder) const override {
    return store_->List(folder);
  }
  absl::Status Remove(const std::string& path) override { return store_->Remove(path); }
  absl::Status RemoveLeftovers(const std::string& folder) override {
    return store_->RemoveLeftovers(folder);
  }
  absl::StatusOr<StoreSpace> Space() const override { return store_->Space(); }

 private:
  const std::unique_ptr<Store> store_ = NewMemoryStore();
};

}  // namespace pleat
