#include "common/base/host_and_port.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace pleat {

absl::Status CheckHostAndPort(const std::string& address) {
  const size_t colon = address.rfind(':');
  int port = 0;
  if (colon != std::string::npos && colon > 0 &&
      absl::SimpleAtoi(address.substr(colon + 1), &port) && port > 0 && port < 65536) {
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("'", address, "' is not host:port, as 127.0.0.1:7070"));
}

}  // namespace pleat
