#include "worker/data/line_reader.h"

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr size_t kFirstBufferBytes = size_t{1} << 20;
constexpr size_t kMaxLineBytes = size_t{64} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

absl::Status LineReader::Fill() {
  const size_t unread = end_ - begin_;
  if (unread > kMaxLineBytes) {
    return absl::ResourceExhaustedError(
        absl::StrCat(path(), ":", line_number_ + 1, ": the line is longer than ",
                     kMaxLineBytes >> 20, " MiB; is this a CSV file?"));
  }
  if (begin_ > 0) std::memmove(buffer_.data(), buffer_.data() + begin_, unread);
  begin_ = 0;
  end_ = unread;
  if (buffer_.size() < 2 * unread) buffer_.resize(2 * unread);
  if (buffer_.empty()) buffer_.resize(kFirstBufferBytes);
  PLEAT_ASSIGN_OR_RETURN(const size_t got,
                         file_.Read(buffer_.data() + end_, buffer_.size() - end_));
  at_end_ = end_ + got < buffer_.size();
  end_ += got;
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string_view>> LineReader::Next() {
  size_t searched = 0;
  const void* newline = nullptr;
  while (true) {
    const size_t unread = end_ - begin_;
    if (unread > searched) {
      newline = std::memchr(buffer_.data() + begin_ + searched, '\n', unread - searched);
    }
    if (newline != nullptr || at_end_) break;
    searched = unread;
    PLEAT_RETURN_IF_ERROR(Fill());
  }
  if (begin_ == end_) return std::nullopt;

  const char* start = buffer_.data() + begin_;
  const size_t length =
      newline != nullptr ? static_cast<const char*>(newline) - start : end_ - begin_;
  begin_ += length + (newline != nullptr ? 1 : 0);
  ++line_number_;
  std::string_view line(start, length);
  if (line_number_ == 1 && line.starts_with(kByteOrderMark)) {
    line.remove_prefix(kByteOrderMark.size());
  }
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

}  // namespace pleat
