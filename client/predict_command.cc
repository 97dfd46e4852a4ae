// pleat predict: hands over to `pleat-worker predict`, which has the networks.
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "client/commands.h"
#include "client/exit_code.h"
#include "client/programs.h"

namespace pleat {
namespace {

ExitCode Predict(const std::vector<std::string>& arguments) {
  const std::string worker = SiblingProgram("pleat-worker");
  std::vector<char*> argv = {const_cast<char*>(worker.c_str()), const_cast<char*>("predict")};
  for (const std::string& argument : arguments) argv.push_back(const_cast<char*>(argument.c_str()));
  argv.push_back(nullptr);
  execv(worker.c_str(), argv.data());
  std::fprintf(stderr, "pleat: cannot start %s: %s; build it beside pleat\n", worker.c_str(),
               std::strerror(errno));
  return kExitBadInput;
}

}  // namespace

void AddPredictCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "predict",
      "Predict new rows with a pulled ensemble, without a coordinator:\n"
      "pleat predict DIR --input FILE|FOLDER --out FILE (all options: pleat predict DIR --help)");
  // Every option is pleat-worker's.
  command->prefix_command();
  command->set_help_flag();
  command->callback([command, &exit_code] { exit_code = Predict(command->remaining()); });
}

}  // namespace pleat
