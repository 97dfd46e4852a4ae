// pleat pull: the ensemble of a sweep, with all that is needed to use it elsewhere.
#include <cstdio>
#include <memory>

#include "client/commands.h"
#include "client/connection.h"
#include "client/ensemble_download.h"
#include "client/exit_code.h"
#include "client/stop_signal.h"

namespace pleat {
namespace {

struct Options {
  std::string coordinator;
  std::string name;
  std::string to;
};

ExitCode Pull(const Options& options) {
  Connection connection(options.coordinator, Connection::kPatienceMs, &CatchStopSignals());
  const absl::StatusOr<v1::GetResponse> sweep = connection.Get(options.name);
  if (!sweep.ok()) return PrintError(sweep.status());
  const absl::StatusOr<Download> download = DownloadEnsemble(connection, *sweep, options.to);
  if (!download.ok()) return PrintError(download.status());
  if (download->existed) {
    std::printf("%s holds the ensemble of %s already\n", options.to.c_str(), options.name.c_str());
    return kExitDone;
  }
  std::printf(
      "%s: %lu files, %.1f MB in %s\n  pleat predict %s --input FILE --out predictions.csv\n",
      options.name.c_str(), download->files, static_cast<double>(download->bytes) * 1e-6,
      options.to.c_str(), options.to.c_str());
  return kExitDone;
}

}  // namespace

void AddPullCommand(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* command =
      app.add_subcommand("pull", "Fetch the ensemble of a finished sweep into a folder");
  command->add_option("name", options->name, "name of the sweep")->required();
  command->add_option("--to", options->to, "folder to make")->required()->check(NonEmpty());
  AddCoordinatorOption(command, options->coordinator);
  command->callback([options, &exit_code] { exit_code = Pull(*options); });
}

}  // namespace pleat
