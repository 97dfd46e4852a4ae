#include "common/store/backup_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/failpoint.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"
#include "common/store/durable_file.h"
#include "common/store/file_error.h"
#include "common/store/unique_fd.h"

namespace pleat {
namespace {

constexpr std::string_view kHeader = "PLEAT BACKUP 1\n";
constexpr std::string_view kAnyVersion = "PLEAT BACKUP ";
constexpr char kUnfinished[] = ".unfinished";
// What a coordinator sends at once is some MiB; more is damage.
constexpr uint32_t kLargestMessage = 256u << 20;

using Frame = std::array<uint8_t, 8>;

void PutNumber(Frame& frame, size_t at, uint32_t number) {
  for (int i = 0; i < 4; ++i) frame[at + i] = static_cast<uint8_t>(number >> (8 * i));
}

uint32_t GetNumber(const Frame& frame, size_t at) {
  uint32_t number = 0;
  for (int i = 0; i < 4; ++i) number |= uint32_t{frame[at + i]} << (8 * i);
  return number;
}

absl::Status Damaged(const std::string& path, std::string_view what) {
  return absl::DataLossError(
      absl::StrCat("backup ", path, " is damaged: ", std::string(what), "; use another one"));
}

absl::Status MakeDurable(const std::string& path) {
  UniqueFd file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file.valid() || fsync(file.get()) != 0) return FileError(errno, "make durable", path);
  return absl::OkStatus();
}

}  // namespace

BackupWriter::BackupWriter(std::string path, std::ofstream file)
    : path_(std::move(path)), file_(std::move(file)) {
  file_ << kHeader;
  bytes_ = kHeader.size();
}

BackupWriter::~BackupWriter() {
  std::error_code ignored;
  if (file_.is_open()) std::filesystem::remove(path_ + kUnfinished, ignored);
}

absl::StatusOr<BackupWriter> BackupWriter::Create(const std::string& path) {
  std::error_code error;
  if (std::filesystem::exists(path, error)) {
    return absl::AlreadyExistsError(
        absl::StrCat(path, " exists already; name another file, or remove it first"));
  }
  if (error) return FileError(error.value(), "look for", path);
  std::ofstream file(path + kUnfinished, std::ios::binary | std::ios::trunc);
  if (!file) return FileError(errno, "create", path + kUnfinished);
  return BackupWriter(path, std::move(file));
}

absl::Status BackupWriter::Add(const v1::BackupResponse& message) {
  const std::string body = message.SerializeAsString();
  Frame frame;
  PutNumber(frame, 0, static_cast<uint32_t>(body.size()));
  PutNumber(frame, 4, Crc32(body));
  file_.write(reinterpret_cast<const char*>(frame.data()), frame.size());
  file_.write(body.data(), static_cast<std::streamsize>(body.size()));
  if (!file_) return FileError(errno, "write", path_ + kUnfinished);
  bytes_ += frame.size() + body.size();
  records_ += static_cast<uint64_t>(message.records_size());
  if (message.has_end()) end_ = message.end();
  return absl::OkStatus();
}

absl::Status BackupWriter::Finish() {
  const std::string unfinished = path_ + kUnfinished;
  if (end_.sequence() == 0 || end_.records() != records_) {
    return absl::DataLossError("the coordinator sent no whole backup; try again");
  }
  file_.flush();
  if (!file_) return FileError(errno, "write", unfinished);
  PLEAT_RETURN_IF_ERROR(FailPoint("client.backup.before_sync"));
  PLEAT_RETURN_IF_ERROR(MakeDurable(unfinished));
  PLEAT_RETURN_IF_ERROR(FailPoint("client.backup.before_name"));
  // A hard link replaces nothing either, and all file systems know it.
  if (link(unfinished.c_str(), path_.c_str()) != 0) return FileError(errno, "create", path_);
  std::error_code ignored;
  std::filesystem::remove(unfinished, ignored);
  file_.close();
  PLEAT_RETURN_IF_ERROR(FailPoint("client.backup.after_name"));
  const std::filesystem::path folder = std::filesystem::absolute(path_).parent_path();
  UniqueFd fd(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd.valid()) return FileError(errno, "open the folder", folder.string());
  return SyncFolder(fd.get(), path_);
}

absl::StatusOr<BackupReader> BackupReader::Open(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file || std::filesystem::is_directory(path)) {
    return FileError(file ? EISDIR : errno, "read the backup", path);
  }
  std::string header(kHeader.size(), '\0');
  file.read(header.data(), static_cast<std::streamsize>(header.size()));
  if (!file || !header.starts_with(kAnyVersion)) {
    return absl::InvalidArgumentError(absl::StrCat(path, " is no backup made by `pleat backup`"));
  }
  if (header != kHeader) {
    return absl::FailedPreconditionError(absl::StrCat(
        "backup ", path, " has another format than this program reads (",
        absl::StripSuffix(std::string(kHeader), "\n"), "); use the version that wrote it"));
  }
  return BackupReader(path, std::move(file));
}

absl::StatusOr<v1::BackupResponse> BackupReader::Next() {
  Frame frame;
  if (!file_.read(reinterpret_cast<char*>(frame.data()), frame.size())) {
    return Damaged(path_, "its end is missing");
  }
  const uint32_t size = GetNumber(frame, 0);
  if (size > kLargestMessage) return Damaged(path_, "its bytes have changed");
  std::string body(size, '\0');
  if (!file_.read(body.data(), size)) return Damaged(path_, "its end is missing");
  v1::BackupResponse message;
  if (Crc32(body) != GetNumber(frame, 4) || !message.ParseFromString(body)) {
    return Damaged(path_, "its bytes have changed");
  }
  records_ += static_cast<uint64_t>(message.records_size());
  if (!message.has_end()) return message;
  if (message.end().records() != records_) return Damaged(path_, "it lacks records");
  if (file_.peek() != std::ifstream::traits_type::eof()) {
    return Damaged(path_, "something follows its end");
  }
  return message;
}

}  // namespace pleat
