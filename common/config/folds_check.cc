#include "common/config/folds_check.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"
#include "common/folds/splitter.h"

namespace pleat {
namespace {

// The path of the splitter: "cross_validation.group_k_fold".
std::string SplitterPath(const v1::CrossValidationSpec& spec) {
  const auto* splitter = spec.GetDescriptor()->FindOneofByName("splitter");
  const auto* chosen = spec.GetReflection()->GetOneofFieldDescriptor(spec, splitter);
  return absl::StrCat("cross_validation.", chosen == nullptr ? "" : chosen->name());
}

void CheckPredefined(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  if (!spec.cross_validation().predefined().has_column()) return;
  const auto check = [&](const std::string& set, const v1::DatasetSpec& dataset) {
    if (dataset.has_csv() || dataset.source_case() == v1::DatasetSpec::SOURCE_NOT_SET) return;
    problems->push_back({"cross_validation.predefined.column",
                         absl::StrCat("needs ", set, ".csv; use file for other formats")});
  };
  check("data.train", spec.data().train());
  for (const v1::ExtraDataset& merged : spec.data().merge()) {
    check(ElementPath("data.merge", merged.key()), merged.dataset());
  }
}

}  // namespace

void CheckFoldSettings(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::CrossValidationSpec& splitter = spec.cross_validation();
  if (NeedsGroups(splitter) && !spec.data().has_groups()) {
    problems->push_back(
        {SplitterPath(splitter), "needs data.groups, which says which rows belong together"});
  }
  if (FoldCount(splitter) > kMostFolds) {
    problems->push_back(
        {SplitterPath(splitter), absl::StrCat("folds x repeats are ", FoldCount(splitter),
                                              " folds; a sweep may have at most ", kMostFolds)});
  }
  CheckPredefined(spec, problems);
}

}  // namespace pleat
