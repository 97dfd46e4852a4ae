#include "worker/data/input_file.h"

#include <sys/stat.h>
#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

constexpr unsigned kBufferBytes = 256 * 1024;
constexpr size_t kMostBytesPerRead = size_t{1} << 30;

absl::Status OpenError(const std::string& path, int error) {
  const std::string message = absl::StrCat("cannot open '", path, "': ", std::strerror(error));
  if (error == ENOENT || error == ENOTDIR || error == ELOOP || error == ENAMETOOLONG) {
    return absl::NotFoundError(absl::StrCat(message, "; check the path and data.root"));
  }
  if (error == EACCES || error == EPERM) {
    return absl::PermissionDeniedError(
        absl::StrCat(message, "; make it readable for the user that runs the worker"));
  }
  return absl::UnavailableError(message);
}

}  // namespace

void InputFile::Closer::operator()(gzFile_s* file) const { gzclose_r(file); }

InputFile::InputFile(std::string path, gzFile_s* file) : path_(std::move(path)), file_(file) {}

absl::StatusOr<InputFile> InputFile::Open(const std::string& path) {
  struct stat info;
  if (stat(path.c_str(), &info) != 0) return OpenError(path, errno);
  if (!S_ISREG(info.st_mode)) {
    return absl::InvalidArgumentError(
        absl::StrCat("'", path, "' is not a regular file; name the data file itself"));
  }
  errno = 0;
  gzFile_s* file = gzopen(path.c_str(), "rb");
  if (file == nullptr) return OpenError(path, errno != 0 ? errno : ENOMEM);
  gzbuffer(file, kBufferBytes);
  return InputFile(path, file);
}

absl::StatusOr<size_t> InputFile::Read(void* out, size_t size) {
  char* bytes = static_cast<char*>(out);
  size_t total = 0;
  while (total < size) {
    const unsigned wanted = static_cast<unsigned>(std::min(size - total, kMostBytesPerRead));
    const int got = gzread(file_.get(), bytes + total, wanted);
    int error = Z_OK;
    const char* what = gzerror(file_.get(), &error);
    if (error == Z_ERRNO) {
      return absl::UnavailableError(
          absl::StrCat("cannot read '", path_, "': ", std::strerror(errno)));
    }
    if (got < 0 || error != Z_OK) {
      return absl::InvalidArgumentError(absl::StrCat(
          path_, ": the gzip stream is cut short or damaged (", what, "); fetch the file again"));
    }
    total += static_cast<size_t>(got);
    if (static_cast<unsigned>(got) < wanted) break;
  }
  return total;
}

}  // namespace pleat
