#include "coordinator/search/search_method.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/config/constraints.h"
#include "coordinator/search/external_search.h"
#include "coordinator/search/gp_search.h"
#include "coordinator/search/grid_search.h"
#include "coordinator/search/random_search.h"
#include "coordinator/search/sobol_search.h"
#include "coordinator/search/tpe_search.h"

namespace pleat {

absl::StatusOr<std::vector<v1::ParameterValue>> SearchMethod::Take(
    const std::vector<v1::ParameterValue>&) const {
  return absl::FailedPreconditionError("the search suggests its trials itself");
}

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(const v1::SweepSpec& spec,
                                                               std::span<const PastTrial> earlier) {
  std::vector<Problem> problems;
  Constraints constraints = Constraints::Make(spec, &problems);
  if (!problems.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat(problems.front().path, ": ", problems.front().message));
  }
  const v1::SearchSpec& search = spec.search();
  switch (search.method().method_case()) {
    case v1::SearchMethodSpec::kRandom:
      return MakeRandomSearch(search, std::move(constraints));
    case v1::SearchMethodSpec::kSobol:
      return MakeSobolSearch(search, std::move(constraints));
    case v1::SearchMethodSpec::kTpe:
      return MakeTpeSearch(search, std::move(constraints), earlier);
    case v1::SearchMethodSpec::kGp:
      return MakeGpSearch(search, std::move(constraints), earlier);
    case v1::SearchMethodSpec::kExternal:
      return MakeExternalSearch(spec, std::move(constraints));
    case v1::SearchMethodSpec::kGrid:
    case v1::SearchMethodSpec::METHOD_NOT_SET:
      break;
  }
  return MakeGridSearch(search, std::move(constraints));
}

}  // namespace pleat
