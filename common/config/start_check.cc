#include "common/config/start_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"
#include "common/config/sweep_parameter.h"
#include "common/config/trial_config.h"

namespace pleat {

void CheckStart(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::TrainingSpec& training = spec.training();
  const char* unnamed = "false needs training.start_from, which names the weights to use";
  if (training.has_start_from()) {
    if (training.start_from().has_sweep() && training.start_from().sweep() == spec.name()) {
      problems->push_back(
          {"training.start_from.sweep",
           absl::StrCat("\"", spec.name(), "\" is this sweep; name an earlier one")});
    }
    return;
  }
  if (OnlyUsesWeights(training)) problems->push_back({"training.train", unnamed});
  for (const v1::ParameterSpec& parameter : spec.search().parameters()) {
    const std::vector<std::string> paths = PathsOf(parameter);
    if (std::ranges::find(paths, "training.train") == paths.end()) continue;
    const std::string path = ElementPath("search.parameters", parameter.key());
    if (parameter.constant() == "false") {
      problems->push_back({FieldPath(path, "constant"), unnamed});
    }
    const auto& values = parameter.values().value();
    const auto found = std::find(values.begin(), values.end(), "false");
    if (found == values.end()) continue;
    problems->push_back(
        {ElementPath(FieldPath(path, "values"), absl::StrCat(found - values.begin())), unnamed});
  }
}

}  // namespace pleat
