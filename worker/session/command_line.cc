#include "worker/session/command_line.h"

#include <CLI/CLI.hpp>
#include <string_view>

#include "common/base/host_and_port.h"
#include "worker/exit_code.h"

namespace pleat {
namespace {

template <typename Options>
WorkerCommand Parse(CLI::App& app, int argc, char** argv, const Options& options) {
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kBadInput;
  }
  return options;
}

WorkerCommand ParsePredict(int argc, char** argv) {
  PredictOptions options;
  CLI::App app("Predicts new rows with an ensemble; no coordinator is needed.",
               "pleat-worker predict");
  app.add_option("ensemble", options.folder, "folder of the ensemble, as `pleat pull` makes it")
      ->required()
      ->type_name("DIR");
  app.add_option("--input", options.input,
                 "rows to predict: CSV or IDX file, optionally .gz, or folder of PNG images")
      ->required()
      ->type_name("FILE|FOLDER");
  app.add_option("--format", options.format, "format of the input; auto looks into it")
      ->check(CLI::IsMember({"auto", "csv", "idx", "image_folder"}))
      ->capture_default_str();
  app.add_option("--out", options.out,
                 ".csv (id, label, probabilities) or .npy (float32 [rows, classes])")
      ->required()
      ->type_name("FILE");
  return Parse(app, argc, argv, options);
}

WorkerCommand ParseInspect(int argc, char** argv) {
  InspectOptions options;
  CLI::App app(
      "Writes a page about a sweep's data: classes, groups, images, duplicates, augmentation.",
      "pleat inspect");
  app.add_option("file", options.file, "the sweep's YAML")->required();
  app.add_option("--set", options.overrides, "override a field: data.root=FOLDER")
      ->allow_extra_args(false);
  app.add_option("--out", options.out,
                 "folder to write, or to write anew; default: NAME-inspect in the current folder")
      ->check([](const std::string& value) {
        return value.empty() ? std::string("is empty") : std::string();
      })
      ->type_name("DIR");
  return Parse(app, argc, argv, options);
}

WorkerCommand ParseRows(int argc, char** argv) {
  RowsOptions options;
  CLI::App app("Rows of a sweep's data sets as images, for reports.", "pleat-worker rows");
  app.add_option("--data", options.data, "the sweep's data sets")->required()->type_name("JSON");
  app.add_option("--predefined", options.predefined,
                 "where its folds stand, if they are predefined")
      ->type_name("JSON");
  app.add_option("--row", options.rows, "a row")->required()->type_name("SPLIT:ROW");
  return Parse(app, argc, argv, options);
}

WorkerCommand ParseWorker(int argc, char** argv, const std::function<std::string()>& version) {
  WorkerOptions options;
  CLI::App app(
      "Trains folds for a Pleat coordinator. Start it alone, or its ranks with mpirun.\n"
      "`pleat-worker predict --help`: predict with a pulled ensemble.",
      "pleat-worker");
  app.set_version_flag("--version", version);
  app.add_option("--coordinator", options.coordinator, "host:port of the coordinator")
      ->envname("PLEAT_COORDINATOR")
      ->check(
          [](const std::string& value) { return std::string(CheckHostAndPort(value).message()); },
          "HOST:PORT")
      ->capture_default_str();
  app.add_option("--store", options.store, "folder of the shared store")->required();
  app.add_option("--group-size", options.group_size, "ranks that train one fold together")
      ->check(CLI::Range(1, 1024))
      ->capture_default_str();
  app.add_option("--data-root", options.data_root,
                 "where the sweeps' data.root lies on this machine; default: as the sweep says");
  app.add_option("--collective-timeout-s", options.collective_timeout_s,
                 "a rank that does not take part for this long ends its group")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option("--progress-timeout-s", options.progress_timeout_s,
                 "a task that does not move for this long ends its group")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  app.add_option(
         "--first-gpu", options.first_gpu,
         "GPU of this launcher's first rank on the node, the next ranks take the next ones, "
         "modulo the visible; for several launchers on one node")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  return Parse(app, argc, argv, options);
}

}  // namespace

WorkerCommand ParseCommandLine(int argc, char** argv, const std::function<std::string()>& version) {
  const std::string_view command = argc > 1 ? argv[1] : "";
  if (command == "predict") return ParsePredict(argc - 1, argv + 1);
  if (command == "inspect") return ParseInspect(argc - 1, argv + 1);
  if (command == "rows") return ParseRows(argc - 1, argv + 1);
  return ParseWorker(argc, argv, version);
}

}  // namespace pleat
