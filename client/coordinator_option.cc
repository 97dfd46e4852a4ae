#include "absl/strings/numbers.h"
#include "client/commands.h"

namespace pleat {
namespace {

// gRPC would take another port for an address that names none.
CLI::Validator HostAndPort() {
  return CLI::Validator(
      [](const std::string& value) {
        const size_t colon = value.rfind(':');
        int port = 0;
        const bool found = colon != std::string::npos && colon > 0 &&
                           absl::SimpleAtoi(value.substr(colon + 1), &port);
        return found && port > 0 && port < 65536
                   ? std::string()
                   : "'" + value + "' is not host:port, as 127.0.0.1:7070";
      },
      "HOST:PORT");
}

}  // namespace

void AddCoordinatorOption(CLI::App* command, std::string& address) {
  address = "127.0.0.1:7070";
  command->add_option("--coordinator", address, "host:port of the coordinator")
      ->envname("PLEAT_COORDINATOR")
      ->check(HostAndPort())
      ->capture_default_str();
}

CLI::Validator NonEmpty() {
  return CLI::Validator(
      [](const std::string& value) {
        return value.empty() ? std::string("is empty; name a folder") : std::string();
      },
      "DIR");
}

}  // namespace pleat
