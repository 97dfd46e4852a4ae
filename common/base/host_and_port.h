// Addresses of a coordinator, as options name them.
#pragma once

#include <string>

#include "absl/status/status.h"

namespace pleat {

// INVALID_ARGUMENT unless `address` names a host and a port from 1 to 65535: gRPC would take a port
// of its own choice for an address that names none.
absl::Status CheckHostAndPort(const std::string& address);

}  // namespace pleat
