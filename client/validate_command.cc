// pleat validate, pleat schema: the configuration, without a coordinator.
#include <cstdio>
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

constexpr char kTimeBudgetNote[] =
    "search.budget counts time, so another run may end after another trial, and its ensemble need "
    "not have the same bytes; fold_epochs and target_score keep them";

std::string TrialsAndFolds(const v1::SweepSpec& spec) {
  const uint64_t trials = TrialCount(spec);
  const uint32_t folds = FoldCount(spec.cross_validation());
  return absl::StrCat(trials, trials == 1 ? " trial x " : " trials x ",
                      folds > 0 ? absl::StrCat(folds, " folds") : "as many folds as the data give");
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

}  // namespace

ExitCode ValidateSweep(const ValidateOptions& options) {
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
      if (HasTimeBudget(sweep->spec.search())) result["note"] = kTimeBudgetNote;
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
  if (HasTimeBudget(sweep->spec.search())) {
    std::printf("note: %s\n", kTimeBudgetNote);
  }
  return kExitDone;
}

ExitCode PrintSchema(const SchemaOptions& options) {
  std::printf("%s", options.markdown ? SweepReferenceMarkdown().c_str()
                                     : (SweepJsonSchema() + "\n").c_str());
  return kExitDone;
}

}  // namespace pleat
