// pleat inspect: hands over to `pleat-worker inspect`, which reads data.
#include "client/commands.h"
#include "client/programs.h"

namespace pleat {

void AddInspectCommand(CLI::App& app, int& exit_code) {
  CLI::App* command = app.add_subcommand("inspect",
                                         "Look at a sweep's data before training: classes, images, "
                                         "duplicates, augmentation, as a page:\n"
                                         "pleat inspect FILE [--set PATH=VALUE] [--out DIR]");
  // Every option is pleat-worker's.
  command->prefix_command();
  command->set_help_flag();
  command->callback(
      [command, &exit_code] { exit_code = BecomeWorker("inspect", command->remaining()); });
}

}  // namespace pleat
