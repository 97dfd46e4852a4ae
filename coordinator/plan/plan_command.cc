#include "coordinator/plan/plan_command.h"

#include <istream>
#include <ostream>

#include "common/base/status_macros.h"
#include "coordinator/plan/make_plan.h"

namespace pleat {

absl::Status RunPlanCommand(std::istream& in, std::ostream& out) {
  v1::PlanRequest request;
  if (!request.ParseFromIstream(&in)) {
    return absl::InvalidArgumentError(
        "standard input is no request for a plan; `pleat plan FILE` makes one");
  }
  PLEAT_ASSIGN_OR_RETURN(const v1::Plan plan, MakePlan(request));
  if (!plan.SerializeToOstream(&out)) return absl::DataLossError("cannot write the plan");
  return absl::OkStatus();
}

}  // namespace pleat
