#include "coordinator/search/search_method.h"

#include "coordinator/search/grid_search.h"
#include "coordinator/search/random_search.h"

namespace pleat {

absl::StatusOr<std::unique_ptr<SearchMethod>> MakeSearchMethod(const v1::SearchSpec& spec) {
  if (spec.method().method_case() == v1::SearchMethodSpec::kRandom) return MakeRandomSearch(spec);
  return MakeGridSearch(spec);
}

}  // namespace pleat
