#include "common/config/budget_check.h"

#include <string>

#include "common/config/duration_text.h"

namespace pleat {

void CheckBudget(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  if (!spec.search().has_budget()) return;
  const v1::BudgetSpec& budget = spec.search().budget();
  const bool limits = budget.has_fold_epochs() || budget.has_gpu_hours() ||
                      budget.has_wall_time() || budget.has_target_score();
  if (!limits) {
    problems->push_back({"search.budget",
                         "limits nothing; give fold_epochs, gpu_hours, wall_time or target_score, "
                         "or leave it out"});
  }
  if (!budget.has_wall_time()) return;
  const absl::Status time = ParseDurationMs(budget.wall_time()).status();
  if (!time.ok()) problems->push_back({"search.budget.wall_time", std::string(time.message())});
}

}  // namespace pleat
