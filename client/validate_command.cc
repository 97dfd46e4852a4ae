// pleat validate, pleat schema: the configuration, without a coordinator.
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "client/commands.h"
#include "client/exit_code.h"
#include "common/config/json_schema.h"
#include "common/config/reference.h"
#include "common/config/search_summary.h"
#include "common/config/sweep_file.h"
#include "common/folds/splitter.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

struct ValidateOptions {
  std::string file;
  std::vector<std::string> overrides;
  bool json = false;
};

std::string TrialsAndFolds(const v1::SweepSpec& spec) {
  const uint32_t folds = FoldCount(spec.cross_validation());
  const std::string text = absl::StrCat(TrialCount(spec), " trials x ");
  return folds > 0 ? absl::StrCat(text, folds, " folds") : text + "as many folds as the data give";
}

Json SearchJson(const v1::SweepSpec& spec) {
  const absl::StatusOr<uint64_t> combinations = GridSize(spec);
  Json search = {{"combinations", combinations.ok() ? Json(*combinations) : Json()},
                 {"parameters", Json::array()}};
  for (const ParameterSummary& parameter : SummarizeParameters(spec)) {
    search["parameters"].push_back({{"path", parameter.path},
                                    {"type", parameter.type},
                                    {"distribution", parameter.distribution}});
  }
  return search;
}

ExitCode Validate(const ValidateOptions& options) {
  const absl::StatusOr<SweepFile> sweep = ReadSweepFile(options.file, options.overrides);
  if (options.json) {
    Json result;
    result["valid"] = sweep.ok();
    if (sweep.ok()) {
      result["name"] = sweep->spec.name();
      result["trials"] = TrialCount(sweep->spec);
      const uint32_t folds = FoldCount(sweep->spec.cross_validation());
      result["folds"] = folds > 0 ? Json(folds) : Json();
      result["search"] = SearchJson(sweep->spec);
    } else {
      result["message"] = std::string(sweep.status().message());
    }
    // A message may quote a file's name, whatever its bytes are.
    std::printf("%s\n",
                result.dump(2, ' ', false, nlohmann::json::error_handler_t::replace).c_str());
    return ExitCodeOf(sweep.status());
  }
  if (!sweep.ok()) {
    std::fprintf(stderr, "%s\n", std::string(sweep.status().message()).c_str());
    return ExitCodeOf(sweep.status());
  }
  std::printf("%s: ok\n%s\n%s\n", options.file.c_str(), DescribeSearchSpace(sweep->spec).c_str(),
              TrialsAndFolds(sweep->spec).c_str());
  return kExitDone;
}

}  // namespace

void AddValidateCommand(CLI::App& app, int& exit_code) {
  const auto options = std::make_shared<ValidateOptions>();
  CLI::App* command =
      app.add_subcommand("validate", "Check a sweep's YAML and say what it would do");
  command->add_option("file", options->file, "the sweep's YAML")->required();
  command->add_option("--set", options->overrides, "override a field: training.epochs=3")
      ->allow_extra_args(false);
  command->add_flag("--json", options->json, "print one JSON object");
  command->callback([options, &exit_code] { exit_code = Validate(*options); });
}

void AddSchemaCommand(CLI::App& app, int& exit_code) {
  const auto markdown = std::make_shared<bool>(false);
  CLI::App* command =
      app.add_subcommand("schema", "Print the JSON Schema of a sweep's YAML, for editors");
  command->add_flag("--markdown", *markdown, "print the reference of all keys for people instead");
  command->callback([markdown, &exit_code] {
    std::printf("%s\n", (*markdown ? SweepReferenceMarkdown() : SweepJsonSchema()).c_str());
    exit_code = kExitDone;
  });
}

}  // namespace pleat
