#include "client/file_sink.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "absl/strings/str_cat.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/file_error.h"
#include "common/store/unique_fd.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

// A path that stays below the folder it is put into.
bool IsSafePath(const std::string& path) {
  if (path.empty() || path[0] == '/') return false;
  for (const fs::path& part : fs::path(path)) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

absl::Status SyncFile(const fs::path& path) {
  const UniqueFd fd(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!fd.valid() || fsync(fd.get()) != 0) return FileError(errno, "write", path.string());
  return absl::OkStatus();
}

}  // namespace

absl::Status FileSink::Take(const v1::GetEnsembleResponse& chunk) {
  PLEAT_RETURN_IF_ERROR(FailPoint("client.pull.before_chunk"));
  // The connection broke between two files: the finished one is named once more, with nothing left
  // of it.
  if (files_ > 0 && digest_ == nullptr && chunk.path() == path_ && chunk.offset() == offset_) {
    return absl::OkStatus();
  }
  if (chunk.path() != path_ || chunk.offset() == 0) PLEAT_RETURN_IF_ERROR(Begin(chunk));
  const bool is_stuck = chunk.data().empty() && offset_ < chunk.size();
  if (chunk.offset() != offset_ || is_stuck) {
    return absl::DataLossError(absl::StrCat(path_, ": a chunk is missing; pull again"));
  }
  file_.write(chunk.data().data(), static_cast<std::streamsize>(chunk.data().size()));
  digest_->Update(chunk.data());
  offset_ += chunk.data().size();
  return offset_ < chunk.size() ? absl::OkStatus() : End(chunk);
}

absl::Status FileSink::Begin(const v1::GetEnsembleResponse& chunk) {
  if (!IsSafePath(chunk.path())) {
    return absl::InvalidArgumentError(absl::StrCat("refused the file name ", chunk.path()));
  }
  path_ = chunk.path();
  offset_ = 0;
  digest_ = std::make_unique<Sha256>();
  std::error_code error;
  fs::create_directories((folder_ / path_).parent_path(), error);
  errno = error.value();
  if (!error) file_ = std::ofstream(folder_ / path_, std::ios::binary | std::ios::trunc);
  if (!error && file_) return absl::OkStatus();
  return FileError(errno, "write", (folder_ / path_).string());
}

absl::Status FileSink::End(const v1::GetEnsembleResponse& chunk) {
  PLEAT_RETURN_IF_ERROR(FailPoint("client.pull.before_file_sync"));
  file_.close();
  if (!file_) {
    return absl::ResourceExhaustedError(absl::StrCat("cannot write ", (folder_ / path_).string(),
                                                     ": free some space and pull again"));
  }
  PLEAT_RETURN_IF_ERROR(SyncFile(folder_ / path_));
  if (digest_->FinishHex() != chunk.sha256()) {
    return absl::DataLossError(absl::StrCat(path_, " arrived damaged; pull again"));
  }
  digest_.reset();
  if (path_ == "manifest.json") manifest_sha256_ = chunk.sha256();
  ++files_;
  bytes_ += offset_;
  return absl::OkStatus();
}

}  // namespace pleat
