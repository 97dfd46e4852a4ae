// The shared store: files that are digests of what they would hold.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "proto/artifact.pb.h"

namespace pleat::simulation {

// Files are complete or absent, as in the real store; what a crash leaves of a half-written one has
// no name. A file's content is one number, which stands for all its bytes.
class SimulatedStore {
 public:
  // RESOURCE_EXHAUSTED: full. ALREADY_EXISTS: the name is taken by other bytes.
  absl::StatusOr<v1::Artifact> Write(const std::string& path, uint64_t content);
  // The content. NOT_FOUND, or DATA_LOSS: it is not what the artifact says.
  absl::StatusOr<uint64_t> Read(const v1::Artifact& artifact) const;
  // Whether the file is there and was written with this content, damaged since or not.
  bool Holds(const v1::Artifact& artifact) const;
  void Remove(const std::string& path) { files_.erase(path); }
  void RemoveBelow(const std::string& folder);
  // Paths of the files below a folder.
  std::vector<std::string> Below(const std::string& folder) const;

  // -- Faults.
  void set_full(bool full) { is_full_ = full; }
  bool full() const { return is_full_; }
  // Flips a bit; false: there is no such file.
  bool Damage(const std::string& path, int bit);

 private:
  struct File {
    uint64_t written;
    uint64_t content;
  };

  std::map<std::string, File> files_;
  bool is_full_ = false;
};

// What the artifact of a file of this content says.
std::string DigestOf(uint64_t content);
// Mixes text into a content.
uint64_t MixText(uint64_t content, std::string_view text);

}  // namespace pleat::simulation
