#include "common/config/data_check.h"

#include "absl/strings/str_cat.h"
#include "common/config/field_rules.h"

namespace pleat {
namespace {

void CheckLabels(const v1::DatasetSpec& dataset, const std::string& path,
                 std::vector<Problem>* problems) {
  if (dataset.has_idx() && !dataset.idx().has_labels()) {
    problems->push_back({absl::StrCat(path, ".idx.labels"), "missing: these rows need labels"});
  }
  if (dataset.has_csv() && dataset.csv().label_column().empty()) {
    problems->push_back(
        {absl::StrCat(path, ".csv.label_column"), "empty, but these rows need labels"});
  }
}

void CheckGroups(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::DataSpec& data = spec.data();
  if (spec.cross_validation().has_group_k_fold() && !data.has_groups()) {
    problems->push_back({"cross_validation.group_k_fold",
                         "needs data.groups, which says which rows belong together"});
  }
  const bool other_source =
      data.train().source_case() != v1::DatasetSpec::SOURCE_NOT_SET && !data.train().has_csv();
  if (data.groups().has_column() && other_source) {
    problems->push_back(
        {"data.groups.column", "needs data.train.csv; use rows_per_group for other formats"});
  }
}

}  // namespace

void CheckData(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  CheckLabels(spec.data().train(), "data.train", problems);
  for (const v1::ExtraDataset& extra : spec.data().extra()) {
    const std::string path = ElementPath("data.extra", extra.key());
    CheckLabels(extra.dataset(), path, problems);
    if (extra.key() == "train" || extra.key() == "test" || extra.key() == "oof") {
      problems->push_back(
          {path, absl::StrCat("\"", extra.key(), "\" names a split already; choose another name"),
           /*at_key=*/true});
    }
  }
  CheckGroups(spec, problems);
}

}  // namespace pleat
