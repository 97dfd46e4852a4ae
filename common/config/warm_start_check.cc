#include "common/config/warm_start_check.h"

#include <set>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"
#include "common/config/search_summary.h"

namespace pleat {

void CheckWarmStart(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  constexpr char kPath[] = "search.warm_start";
  const v1::SearchSpec& search = spec.search();
  if (search.warm_start().empty()) return;
  const bool learns = search.method().has_tpe() || search.method().has_gp();
  if (!learns || search.parameters().empty()) {
    const std::string what = search.parameters().empty()
                                 ? "a sweep without search.parameters"
                                 : absl::StrCat(MethodName(search), " search");
    problems->push_back(
        {kPath, absl::StrCat(what,
                             " does not learn from trials; use method: tpe or gp with parameters, "
                             "or leave it out")});
  }
  std::set<std::string> seen;
  for (int i = 0; i < search.warm_start_size(); ++i) {
    const std::string& name = search.warm_start(i);
    const std::string path = ElementPath(kPath, absl::StrCat(i));
    if (name == spec.name()) {
      problems->push_back(
          {path, absl::StrCat("\"", name, "\" is this sweep; name an earlier one")});
    } else if (!seen.insert(name).second) {
      problems->push_back({path, absl::StrCat("\"", name, "\" is there twice; keep one")});
    }
  }
}

}  // namespace pleat
