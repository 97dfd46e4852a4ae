#include "coordinator/search/search_method.h"

#include "common/base/status_macros.h"
#include "coordinator/search/enqueued_trials.h"
#include "coordinator/search/grid_search.h"
#include "coordinator/search/random_search.h"
#include "coordinator/search/sobol_search.h"
#include "coordinator/search/tpe_search.h"

namespace pleat {
namespace {

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeByName(const v1::SearchSpec& spec) {
  switch (spec.method().method_case()) {
    case v1::SearchMethodSpec::kRandom:
      return MakeRandomSearch(spec);
    case v1::SearchMethodSpec::kSobol:
      return MakeSobolSearch(spec);
    case v1::SearchMethodSpec::kTpe:
      return MakeTpeSearch(spec);
    case v1::SearchMethodSpec::kGrid:
    case v1::SearchMethodSpec::METHOD_NOT_SET:
      break;
  }
  return MakeGridSearch(spec);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(const v1::SearchSpec& spec) {
  PLEAT_ASSIGN_OR_RETURN(std::unique_ptr<SearchMethod> method, MakeByName(spec));
  return WithEnqueuedTrials(std::move(method), spec);
}

}  // namespace pleat
