#include "common/config/recipe_check.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace pleat {

void CheckRecipe(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::ClassWeightsSpec& weights = spec.training().class_weights();
  if (!weights.has_values() || weights.values().value().empty()) return;
  const auto& values = weights.values().value();
  const uint32_t classes = spec.data().classes();
  if (classes > 0 && static_cast<uint32_t>(values.size()) != classes) {
    problems->push_back(
        {"training.class_weights.values",
         absl::StrCat(values.size(), " values for ", classes, " classes; give one for each")});
  }
  if (std::all_of(values.begin(), values.end(), [](double value) { return value <= 0; })) {
    problems->push_back(
        {"training.class_weights.values", "all are 0, so nothing would be learned; raise one"});
  }
}

}  // namespace pleat
