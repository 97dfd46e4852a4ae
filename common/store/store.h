// Contact with the shared store: immutable files, complete or absent.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"

namespace pleat {

// How much a disk holds, and how much of that is free for new files.
struct StoreSpace {
  uint64_t free_bytes = 0;
  uint64_t total_bytes = 0;
};

// What lies directly in a folder.
struct StoreEntry {
  std::string name;
  bool is_folder = false;
  uint64_t size = 0;  // of a file, in bytes

  bool operator==(const StoreEntry&) const = default;
};

// Paths are relative to the store's root, with forward slashes; "..", empty components and absolute
// paths are INVALID_ARGUMENT. Thread-safe. RESOURCE_EXHAUSTED means that the disk is full;
// DATA_LOSS that a file is not what its Artifact says, or that something stands where a folder
// should be made.
class Store {
 public:
  virtual ~Store() = default;

  // UUID of the store, made when it was created; coordinator and workers compare it.
  virtual const std::string& uuid() const = 0;
  // Where it lies, for people.
  virtual std::string location() const = 0;

  // Writes a new file: it appears under its name complete and durable, or not at all.
  // ALREADY_EXISTS if the name is taken by other bytes; the same bytes again are fine.
  virtual absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes) = 0;
  // Reads a whole file and checks size and SHA-256.
  virtual absl::StatusOr<std::string> Read(const v1::Artifact& artifact) const = 0;
  // Reads a whole file that no Artifact describes (at most `max_size` bytes).
  virtual absl::StatusOr<std::string> ReadUnchecked(const std::string& path,
                                                    uint64_t max_size) const = 0;
  // Reads part of a file, for streaming it out: `size` bytes, fewer only where the file ends.
  // OUT_OF_RANGE if it ends before `offset`.
  virtual absl::StatusOr<std::string> ReadRange(const std::string& path, uint64_t offset,
                                                uint64_t size) const = 0;
  // What lies in a folder, by name, with what others left half-written; nothing if it is absent.
  virtual absl::StatusOr<std::vector<StoreEntry>> List(const std::string& folder) const = 0;
  // Removes a file, or a folder with everything below it; absent is fine.
  virtual absl::Status Remove(const std::string& path) = 0;
  // Removes what writers that were killed left in a folder and those below it, in which nobody
  // writes now; absent is fine.
  virtual absl::Status RemoveLeftovers(const std::string& folder) = 0;
  // Space on the disk that it lies on.
  virtual absl::StatusOr<StoreSpace> Space() const = 0;
};

// Opens the store in folder `root`, creating folder and UUID (`store.json`) if `create` and absent.
// NOT_FOUND if it is absent and may not be created; FAILED_PRECONDITION if it has another format.
absl::StatusOr<std::unique_ptr<Store>> OpenPosixStore(const std::string& root, bool create);

// A store in memory, for tests.
std::unique_ptr<Store> NewMemoryStore(const std::string& uuid = "memory");

}  // namespace pleat
