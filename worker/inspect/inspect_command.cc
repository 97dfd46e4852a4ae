#include "worker/inspect/inspect_command.h"

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"
#include "common/config/sweep_file.h"
#include "worker/exit_code.h"
#include "worker/inspect/inspect_sweep.h"
#include "worker/inspect/inspection_folder.h"

namespace pleat {
namespace {

struct Options {
  std::string file;
  std::vector<std::string> overrides;
  std::string out;
};

void PrintSummary(const Inspection& inspection, const std::string& folder) {
  absl::PrintF("%s: %d classes, images of %dx%dx%d\n", inspection.name,
               inspection.class_names.size(), inspection.shape.height, inspection.shape.width,
               inspection.shape.channels);
  for (const SplitFacts& split : inspection.splits) {
    absl::PrintF(
        "  %s: %d rows%s%s\n", split.name, split.rows, split.is_labelled ? "" : " without labels",
        split.group_rows.empty() ? "" : absl::StrCat(" of ", split.group_rows.size(), " groups"));
  }
  if (inspection.duplicates.sets.empty()) absl::PrintF("  no image stands in two rows\n");
  for (const std::string& finding : inspection.findings) absl::PrintF("  ! %s\n", finding);
  absl::PrintF("%s/index.html: open it in a browser\n", folder);
}

absl::Status Inspect(const Options& options, const v1::SweepSpec& spec) {
  const std::string folder =
      options.out.empty() ? absl::StrCat(spec.name(), "-inspect") : options.out;
  PLEAT_RETURN_IF_ERROR(CheckInspectionFolder(folder));
  PLEAT_ASSIGN_OR_RETURN(const Inspection inspection, InspectSweep(spec));
  PLEAT_RETURN_IF_ERROR(WriteInspectionFolder(inspection, folder));
  PrintSummary(inspection, folder);
  return absl::OkStatus();
}

}  // namespace

int RunInspectCommand(int argc, char** argv) {
  Options options;
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kDone : kBadInput;
  }
  const absl::StatusOr<SweepFile> sweep = ReadSweepFile(options.file, options.overrides);
  if (!sweep.ok()) {
    absl::FPrintF(stderr, "%s\n", sweep.status().message());
    return ExitCodeOf(sweep.status());
  }
  const absl::Status status = Inspect(options, sweep->spec);
  if (!status.ok()) absl::FPrintF(stderr, "pleat inspect: %s\n", status.message());
  return ExitCodeOf(status);
}

}  // namespace pleat
