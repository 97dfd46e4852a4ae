// pleat predict: hands over to `pleat-worker predict`, which has the networks.
#include "client/commands.h"
#include "client/programs.h"

namespace pleat {

void AddPredictCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand(
      "predict",
      "Predict new rows with a pulled ensemble, without a coordinator:\n"
      "pleat predict DIR --input FILE|FOLDER --out FILE (all options: pleat predict DIR --help)");
  // Every option is pleat-worker's.
  command->prefix_command();
  command->set_help_flag();
  command->callback(
      [command, &exit_code] { exit_code = BecomeWorker("predict", command->remaining()); });
}

}  // namespace pleat
