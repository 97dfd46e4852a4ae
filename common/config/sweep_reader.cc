#include "common/config/sweep_reader.h"

#include <algorithm>
#include <limits>

#include "common/config/budget_check.h"
#include "common/config/conditions.h"
#include "common/config/data_check.h"
#include "common/config/data_paths.h"
#include "common/config/defaults.h"
#include "common/config/folds_check.h"
#include "common/config/message_reader.h"
#include "common/config/overrides.h"
#include "common/config/pruning_check.h"
#include "common/config/recipe_check.h"
#include "common/config/rules_check.h"
#include "common/config/search_check.h"
#include "common/config/source_map.h"
#include "common/config/start_check.h"
#include "common/config/transform_check.h"
#include "common/config/warm_start_check.h"
#include "common/config/yaml_tree.h"

namespace pleat {
namespace {

std::vector<Problem> FindProblems(const v1::SweepSpec& spec) {
  std::vector<Problem> problems;
  CheckRules(spec, &problems);
  CheckData(spec, &problems);
  CheckRecipe(spec, &problems);
  CheckStart(spec, &problems);
  CheckFoldSettings(spec, &problems);
  CheckSearch(spec, &problems);
  CheckPruning(spec, &problems);
  CheckWarmStart(spec, &problems);
  CheckBudget(spec, &problems);
  CheckTransforms(spec, &problems);
  return problems;
}

// In the order of the text; what has no place in it comes last.
void SortByPlace(std::vector<Diagnostic>* diagnostics) {
  const auto place = [](const Diagnostic& diagnostic) {
    const int line = diagnostic.line > 0 ? diagnostic.line : std::numeric_limits<int>::max();
    return std::pair(line, diagnostic.column);
  };
  std::stable_sort(diagnostics->begin(), diagnostics->end(),
                   [&](const auto& a, const auto& b) { return place(a) < place(b); });
}

}  // namespace

SweepReading ReadSweep(const SweepSource& source) {
  SweepReading reading;
  SourceMap sources(source.file);
  const YamlNode document = ParseYaml(source.text, source.file, &reading.diagnostics);
  // After a syntax error nothing was read, and all would seem to be missing.
  if (document.kind == YamlNode::Kind::kNull && !reading.diagnostics.empty()) return reading;
  MessageReader reader(*v1::SweepSpec::descriptor(), source.file, &sources, &reading.diagnostics);
  reader.ReadRoot(document, &reading.spec);
  if (document.kind != YamlNode::Kind::kMapping) return reading;
  for (const std::string& override : source.overrides) {
    ApplyOverride(override, &reading.spec, &sources, &reading.diagnostics);
  }
  FillDefaults(&reading.spec);
  FillConditions(&reading.spec);
  sources.AddProblems(FindProblems(reading.spec), &reading.diagnostics);
  SortByPlace(&reading.diagnostics);
  if (reading.spec.has_data()) MakePathsAbsolute(source.folder, &reading.spec);
  return reading;
}

absl::Status CheckSweepSpec(const v1::SweepSpec& spec) {
  std::vector<Diagnostic> diagnostics;
  SourceMap("sweep").AddProblems(FindProblems(spec), &diagnostics);
  if (diagnostics.empty()) return absl::OkStatus();
  return absl::InvalidArgumentError(FormatDiagnostics(diagnostics));
}

}  // namespace pleat
