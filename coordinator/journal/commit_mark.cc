#include "coordinator/journal/commit_mark.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/store/checksum.h"
#include "common/store/file_error.h"

namespace pleat {
namespace {

// One line of fixed width, so that a new one covers the old one: the number, and its checksum.
constexpr size_t kDigits = 20;
constexpr size_t kLine = kDigits + 1 + 8 + 1;

std::string LineOf(uint64_t sequence) {
  const std::string digits = absl::StrFormat("%020u", sequence);
  return absl::StrFormat("%s %08x\n", digits, Crc32(digits));
}

}  // namespace

CommitMark::CommitMark(std::string path, UniqueFd fd) : path_(std::move(path)), fd_(std::move(fd)) {
  char line[kLine] = {};
  uint64_t sequence = 0;
  if (pread(fd_.get(), line, kLine, 0) != static_cast<ssize_t>(kLine)) return;
  if (!absl::SimpleAtoi(absl::string_view(line, kDigits), &sequence)) return;
  if (absl::string_view(line, kLine) == LineOf(sequence)) sequence_ = sequence;
}

absl::StatusOr<CommitMark> CommitMark::Open(const std::string& state_dir) {
  std::string path = absl::StrCat(state_dir, "/journal.mark");
  UniqueFd fd(open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
  if (!fd.valid()) return FileError(errno, "open", path);
  return CommitMark(std::move(path), std::move(fd));
}

void CommitMark::Set(uint64_t sequence) {
  const std::string line = LineOf(sequence);
  if (pwrite(fd_.get(), line.data(), line.size(), 0) == static_cast<ssize_t>(line.size())) {
    sequence_ = sequence;
  }
}

}  // namespace pleat
