#include "client/commands.h"
#include "common/base/host_and_port.h"

namespace pleat {

void AddCoordinatorOption(CLI::App* command, std::string& address) {
  address = "127.0.0.1:7070";
  command->add_option("--coordinator", address, "host:port of the coordinator")
      ->envname("PLEAT_COORDINATOR")
      ->check(
          [](const std::string& value) { return std::string(CheckHostAndPort(value).message()); },
          "HOST:PORT")
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
