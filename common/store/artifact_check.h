// Artifacts: made of bytes, and held against them.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/store/checksum.h"
#include "proto/artifact.pb.h"

namespace pleat {

// The Artifact of these bytes at `path`.
inline v1::Artifact DescribeArtifact(const std::string& path, std::string_view bytes) {
  v1::Artifact artifact;
  artifact.set_path(path);
  artifact.set_size(bytes.size());
  artifact.set_sha256(Sha256Hex(bytes));
  return artifact;
}

// DATA_LOSS if the file has another size than its artifact.
inline absl::Status CheckSize(const v1::Artifact& artifact, uint64_t size) {
  if (size == artifact.size()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(artifact.path(), " has ", size, " bytes, not the ",
                                          artifact.size(),
                                          " that were written: the store was changed or damaged"));
}

// DATA_LOSS if the bytes are not the artifact's.
inline absl::Status CheckContent(const v1::Artifact& artifact, std::string_view bytes) {
  if (absl::Status size = CheckSize(artifact, bytes.size()); !size.ok()) return size;
  if (Sha256Hex(bytes) == artifact.sha256()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      artifact.path(), " does not have its SHA-256: the store was changed or damaged"));
}

// The error of writing other bytes under a taken name.
inline absl::Status TakenError(const std::string& path) {
  return absl::AlreadyExistsError(absl::StrCat(
      path,
      " exists with other bytes, and files in a store are never rewritten; if they are "
      "of an earlier sweep of this name, remove its folder from the store, or take "
      "another name"));
}

}  // namespace pleat
