// The lines of a text file, one by one, in bounded memory.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "worker/data/input_file.h"

namespace pleat {

// Lines end with LF or CRLF; a byte-order mark before the first is skipped.
class LineReader {
 public:
  explicit LineReader(InputFile file) : file_(std::move(file)) {}

  // The next line without its end, valid until the next call; nothing at the end of the file.
  // RESOURCE_EXHAUSTED if a line is longer than 64 MiB.
  absl::StatusOr<std::optional<std::string_view>> Next();

  // Number of the line that Next returned last, from 1.
  int64_t line_number() const { return line_number_; }
  const std::string& path() const { return file_.path(); }

 private:
  // Reads on behind the unread bytes, which move to the front of the buffer.
  absl::Status Fill();

  InputFile file_;
  std::vector<char> buffer_;
  size_t begin_ = 0;  // unread bytes are buffer_[begin_, end_)
  size_t end_ = 0;
  bool at_end_ = false;
  int64_t line_number_ = 0;
};

}  // namespace pleat
