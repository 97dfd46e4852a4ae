#include "client/ensemble_download.h"

#include <fcntl.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;

constexpr int kTries = 8;
constexpr std::string_view kManifest = "manifest.json";

// A path that stays below the folder it is put into.
bool IsSafePath(const std::string& path) {
  if (path.empty() || path[0] == '/') return false;
  for (const fs::path& part : fs::path(path)) {
    if (part == ".." || part == "." || part.empty()) return false;
  }
  return true;
}

absl::Status SyncPath(const fs::path& path) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::ErrnoToStatus(errno, absl::StrCat("cannot open ", path.string()));
  const int result = fsync(fd);
  const int error = errno;
  close(fd);
  if (result == 0) return absl::OkStatus();
  return absl::ErrnoToStatus(error, absl::StrCat("cannot write ", path.string()));
}

// Files arrive here one after another, chunk by chunk.
class FileSink {
 public:
  explicit FileSink(fs::path folder) : folder_(std::move(folder)) {}

  // Where to go on after a broken connection.
  const std::string& path() const { return path_; }
  uint64_t offset() const { return offset_; }
  const Download& total() const { return total_; }
  const std::string& manifest_sha256() const { return manifest_sha256_; }

  absl::Status Take(const v1::GetEnsembleResponse& chunk) {
    // The connection broke between two files: the finished one is named once more, with nothing
    // left of it.
    if (total_.files > 0 && digest_ == nullptr && chunk.path() == path_ &&
        chunk.offset() == offset_) {
      return absl::OkStatus();
    }
    if (chunk.path() != path_ || chunk.offset() == 0) PLEAT_RETURN_IF_ERROR(Begin(chunk));
    if (chunk.offset() != offset_) {
      return absl::DataLossError(absl::StrCat(path_, ": a chunk is missing; pull again"));
    }
    file_.write(chunk.data().data(), static_cast<std::streamsize>(chunk.data().size()));
    digest_->Update(chunk.data());
    offset_ += chunk.data().size();
    return offset_ < chunk.size() ? absl::OkStatus() : End(chunk);
  }

 private:
  absl::Status Begin(const v1::GetEnsembleResponse& chunk) {
    if (!IsSafePath(chunk.path())) {
      return absl::InvalidArgumentError(absl::StrCat("refused the file name ", chunk.path()));
    }
    path_ = chunk.path();
    offset_ = 0;
    digest_ = std::make_unique<Sha256>();
    std::error_code error;
    fs::create_directories((folder_ / path_).parent_path(), error);
    file_ = std::ofstream(folder_ / path_, std::ios::binary | std::ios::trunc);
    if (file_) return absl::OkStatus();
    return absl::ErrnoToStatus(errno, absl::StrCat("cannot write ", (folder_ / path_).string()));
  }

  absl::Status End(const v1::GetEnsembleResponse& chunk) {
    file_.close();
    if (!file_) {
      return absl::ResourceExhaustedError(absl::StrCat("cannot write ", (folder_ / path_).string(),
                                                       ": free some space and pull again"));
    }
    PLEAT_RETURN_IF_ERROR(SyncPath(folder_ / path_));
    if (digest_->FinishHex() != chunk.sha256()) {
      return absl::DataLossError(absl::StrCat(path_, " arrived damaged; pull again"));
    }
    digest_.reset();
    if (path_ == kManifest) manifest_sha256_ = chunk.sha256();
    ++total_.files;
    total_.bytes += offset_;
    return absl::OkStatus();
  }

  const fs::path folder_;
  std::string path_;
  uint64_t offset_ = 0;
  std::ofstream file_;
  std::unique_ptr<Sha256> digest_;  // null once the file is complete
  std::string manifest_sha256_;
  Download total_;
};

std::string FileSha256(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream bytes;
  bytes << file.rdbuf();
  return file ? Sha256Hex(bytes.str()) : "";
}

// SHA-256 of the manifest that the coordinator would send.
absl::StatusOr<std::string> RemoteManifest(Connection& connection, const std::string& name) {
  PLEAT_ASSIGN_OR_RETURN(const v1::GetResponse sweep, connection.Get(name));
  if (!sweep.has_ensemble()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "sweep ", name, " has no ensemble", sweep.has_ended() ? ": it ended without one" : " yet",
        "; `pleat status ", name, "` tells more"));
  }
  return sweep.ensemble().manifest().sha256();
}

absl::Status PullInto(Connection& connection, const std::string& name, FileSink& sink) {
  v1::GetEnsembleRequest request;
  request.set_name(name);
  absl::Status status;
  for (int tries = 0; tries < kTries; ++tries) {
    request.set_path(sink.path());
    request.set_offset(sink.offset());
    const uint64_t before = sink.total().bytes + sink.offset();
    status = connection.GetEnsemble(
        request, [&](const v1::GetEnsembleResponse& chunk) { return sink.Take(chunk); });
    if (!absl::IsUnavailable(status)) return status;
    if (sink.total().bytes + sink.offset() > before) tries = 0;
    std::this_thread::sleep_for(std::chrono::milliseconds(250));
  }
  return status;
}

}  // namespace

absl::StatusOr<Download> DownloadEnsemble(Connection& connection, const std::string& name,
                                          const std::string& folder) {
  PLEAT_ASSIGN_OR_RETURN(const std::string manifest, RemoteManifest(connection, name));
  const fs::path target = fs::absolute(folder).lexically_normal();
  std::error_code error;
  if (fs::exists(target, error) && !fs::is_empty(target, error)) {
    if (FileSha256(target / kManifest) == manifest) return Download{.existed = true};
    return absl::AlreadyExistsError(absl::StrCat(
        folder, " exists and holds something else: choose another folder, or move it away"));
  }

  const fs::path parent =
      target.has_filename() ? target.parent_path() : target.parent_path().parent_path();
  fs::create_directories(parent, error);
  const fs::path partial = parent / absl::StrCat(".", name, ".pull-", getpid());
  fs::remove_all(partial, error);
  FileSink sink(partial);
  absl::Status status = PullInto(connection, name, sink);
  if (status.ok() && sink.manifest_sha256() != manifest) {
    status = absl::DataLossError("the manifest arrived damaged; pull again");
  }
  if (status.ok()) {
    fs::remove(target, error);  // an empty folder gives way
    fs::rename(partial, target, error);
    status = error ? absl::PermissionDeniedError(
                         absl::StrCat("cannot create ", folder, ": ", error.message()))
                   : SyncPath(parent);
  }
  if (!status.ok()) {
    fs::remove_all(partial, error);
    return status;
  }
  return sink.total();
}

}  // namespace pleat
