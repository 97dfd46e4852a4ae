// pleat: submit sweeps, watch their folds, pull the ensemble; or all of it on this machine with
// `pleat run`.
#include <CLI/CLI.hpp>
#include <string_view>

#include "client/commands.h"
#include "client/exit_code.h"
#include "client/supervisor.h"
#include "common/base/log.h"

int main(int argc, char** argv) {
  using namespace pleat;
  if (argc > 1 && std::string_view(argv[1]) == "__child") return RunAsChild(argc, argv);
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
  AddSchemaCommand(app, exit_code);
  AddSubmitCommand(app, exit_code);
  AddListCommand(app, exit_code);
  AddStatusCommand(app, exit_code);
  AddWatchCommand(app, exit_code);
  AddExplainCommand(app, exit_code);
  AddCancelCommand(app, exit_code);
  AddRemoveCommand(app, exit_code);
  AddPullCommand(app, exit_code);
  AddPredictCommand(app, exit_code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitDone : kExitBadInput;
  }
  return exit_code;
}
