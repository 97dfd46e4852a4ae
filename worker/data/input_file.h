// A file read from front to back, decompressed on the way if it is gzipped.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "absl/status/statusor.h"

struct gzFile_s;

namespace pleat {

// Gzip is recognised by content, not by name. One thread uses a file at a time.
class InputFile {
 public:
  // NOT_FOUND (no path leads to it) or PERMISSION_DENIED if it cannot be opened, UNAVAILABLE for
  // other reasons; INVALID_ARGUMENT if it is no regular file.
  static absl::StatusOr<InputFile> Open(const std::string& path);

  // Reads up to `size` bytes; fewer only at the end. INVALID_ARGUMENT if the gzip stream is cut
  // short or damaged.
  absl::StatusOr<size_t> Read(void* out, size_t size);

  const std::string& path() const { return path_; }

 private:
  struct Closer {
    void operator()(gzFile_s* file) const;
  };

  InputFile(std::string path, gzFile_s* file);

  std::string path_;
  std::unique_ptr<gzFile_s, Closer> file_;
};

}  // namespace pleat
