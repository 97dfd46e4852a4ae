// A status in a fixed number of bytes, for messages between ranks.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pleat {

// Code and message; a long message is cut.
class StatusRecord {
 public:
  StatusRecord() = default;
  explicit StatusRecord(const absl::Status& status) : code_(status.raw_code()) {
    const size_t size = std::min(status.message().size(), sizeof(message_) - 1);
    std::copy_n(status.message().begin(), size, message_);
  }

  bool ok() const { return code_ == 0; }
  // The status, with "context: " before its message.
  absl::Status ToStatus(const std::string& context) const {
    return absl::Status(static_cast<absl::StatusCode>(code_),
                        absl::StrCat(context, ": ", message_));
  }

 private:
  int32_t code_ = 0;
  char message_[508] = {};
};

}  // namespace pleat
