// pleat report: what a sweep came to, as a page or as text.
#include <cstdio>
#include <memory>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/connection.h"
#include "client/exit_code.h"
#include "client/report/text_report.h"
#include "client/report/write_report.h"
#include "client/run_folder.h"
#include "client/stop_signal.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

struct Options {
  std::string coordinator;
  std::string name;
  std::string dir;
  std::string out;
  double baseline = kDefaultBaseline;
  bool text = false;
};

absl::Status Report(const Options& options, Connection& connection) {
  PLEAT_ASSIGN_OR_RETURN(const SweepReport report,
                         FetchReport(connection, options.name, options.baseline,
                                     options.text ? RowImages::kNone : RowImages::kIfDataAreHere));
  if (options.text) {
    std::printf("%s", TextReport(report).c_str());
    return absl::OkStatus();
  }
  const std::string out =
      options.out.empty() ? absl::StrCat(options.name, "-report.html") : options.out;
  PLEAT_RETURN_IF_ERROR(WriteHtmlReport(report, out));
  std::printf("%s: open it in a browser\n", out.c_str());
  return absl::OkStatus();
}

absl::Status Run(const Options& options) {
  if (options.dir.empty()) {
    Connection connection(options.coordinator, Connection::kPatienceMs, &CatchStopSignals());
    return Report(options, connection);
  }
  return WithRunFolder(options.dir, CatchStopSignals(),
                       [&](Connection& connection) { return Report(options, connection); });
}

}  // namespace

void AddReportCommand(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<Options>();
  CLI::App* command = app.add_subcommand(
      "report", "Show a sweep's curves, classes, confusions and calibration as one HTML page");
  command->add_option("name", options->name, "name of the sweep")->required();
  command
      ->add_option("--dir", options->dir,
                   "folder of the `pleat run` that made it, instead of a coordinator")
      ->check(NonEmpty());
  command->add_option("--out", options->out, "file to write; default: NAME-report.html")
      ->check(NonEmpty());
  command->add_option("--baseline", options->baseline, "accuracy that classes are compared with")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  command->add_flag("--text", options->text, "print a short form instead");
  AddCoordinatorOption(command, options->coordinator);
  command->callback([options, &exit_code] {
    const absl::Status status = Run(*options);
    exit_code = status.ok() ? kExitDone : PrintError(status);
  });
}

}  // namespace pleat
