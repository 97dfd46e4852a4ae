// Where the coordinator listens.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace pleat {

// "127.0.0.1:7070", "[::1]:7070", "localhost:0".
struct ListenAddress {
  std::string host;  // without brackets
  uint16_t port = 0;

  // True if only programs on this machine can reach it.
  bool IsLoopback() const;
  std::string ToString() const;
};

// INVALID_ARGUMENT if it is not host:port.
absl::StatusOr<ListenAddress> ParseListenAddress(const std::string& text);

}  // namespace pleat
