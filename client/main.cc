// pleat: submit sweeps, watch their folds, pull the ensemble; or all of it on this machine with
// `pleat run`.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#include "client/commands.h"
#include "client/exit_code.h"
#include "client/supervisor.h"
#include "common/base/log.h"
#include "common/config/did_you_mean.h"

namespace pleat {
namespace {

ExitCode UnknownCommand(const CLI::App& app, const std::string& word) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  std::fprintf(stderr, "pleat: there is no command '%s'%s\n", word.c_str(),
               SuggestWord(word, names).c_str());
  return kExitBadInput;
}

int Main(int argc, char** argv) {
  InitLog("pleat");
  CLI::App app(
      "Cross-validated training: K folds x search -> one test-time-augmented ensemble.\n"
      "Begin with: pleat run configs/quickstart.yaml",
      "pleat");
  app.set_version_flag("--version", "pleat " PLEAT_VERSION);
  app.require_subcommand(1);
  int exit_code = kExitDone;
  AddRunCommand(app, exit_code);
  AddValidateCommand(app, exit_code);
  AddInspectCommand(app, exit_code);
  AddSchemaCommand(app, exit_code);
  AddSubmitCommand(app, exit_code);
  AddListCommand(app, exit_code);
  AddStatusCommand(app, exit_code);
  AddWatchCommand(app, exit_code);
  AddExplainCommand(app, exit_code);
  AddCancelCommand(app, exit_code);
  AddRemoveCommand(app, exit_code);
  AddReportCommand(app, exit_code);
  AddPullCommand(app, exit_code);
  AddPredictCommand(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (argc > 1 && argv[1][0] != '-' && app.get_subcommands().empty()) {
      return UnknownCommand(app, argv[1]);
    }
    return app.exit(error) == 0 ? kExitDone : kExitBadInput;
  }
  return exit_code;
}

}  // namespace
}  // namespace pleat

int main(int argc, char** argv) {
  if (argc > 1 && std::string_view(argv[1]) == "__child") return pleat::RunAsChild(argc, argv);
  try {
    return pleat::Main(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "pleat: %s\n", error.what());
    return pleat::kExitBadInput;
  }
}
