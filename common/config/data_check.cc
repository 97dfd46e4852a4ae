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

// The named sets of one field: each labelled, none with the name of a split.
void CheckNamedSets(const google::protobuf::RepeatedPtrField<v1::ExtraDataset>& sets,
                    const std::string& field, std::vector<Problem>* problems) {
  for (const v1::ExtraDataset& set : sets) {
    const std::string path = ElementPath(field, set.key());
    CheckLabels(set.dataset(), path, problems);
    if (set.key() == "train" || set.key() == "test" || set.key() == "oof" ||
        set.key() == "oof_tta") {
      problems->push_back(
          {path, absl::StrCat("\"", set.key(), "\" names a split already; choose another name"),
           /*at_key=*/true});
    }
  }
}

bool IsOtherThanCsv(const v1::DatasetSpec& dataset) {
  return dataset.source_case() != v1::DatasetSpec::SOURCE_NOT_SET && !dataset.has_csv();
}

void CheckGroupColumn(const v1::DataSpec& data, std::vector<Problem>* problems) {
  if (IsOtherThanCsv(data.train())) {
    problems->push_back({"data.groups.column",
                         "needs data.train.csv; use rows_per_group or file for other formats"});
  }
  for (const v1::ExtraDataset& merged : data.merge()) {
    if (!IsOtherThanCsv(merged.dataset())) continue;
    problems->push_back(
        {"data.groups.column", absl::StrCat("needs ", ElementPath("data.merge", merged.key()),
                                            ".csv; use rows_per_group or file for other formats")});
  }
}

// Of a limited folder some rows of every class are taken, so that rows that follow one another did
// not do so in the folder.
void CheckRowsPerGroup(const v1::DatasetSpec& dataset, const std::string& path,
                       std::vector<Problem>* problems) {
  if (!dataset.has_image_folder() || dataset.limit() == 0) return;
  problems->push_back(
      {"data.groups.rows_per_group",
       absl::StrCat("cannot be counted in ", path,
                    ", of which limit takes some images of each class; remove that limit, or "
                    "give the groups by file")});
}

void CheckGroups(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  const v1::DataSpec& data = spec.data();
  if (data.groups().has_rows_per_group()) {
    CheckRowsPerGroup(data.train(), "data.train", problems);
    for (const v1::ExtraDataset& merged : data.merge()) {
      CheckRowsPerGroup(merged.dataset(), ElementPath("data.merge", merged.key()), problems);
    }
  }
  if (data.groups().has_column()) CheckGroupColumn(data, problems);
  if (data.groups().has_origin() && data.merge().empty()) {
    problems->push_back({"data.groups.origin", "needs data.merge: all rows come from data.train"});
  }
}

}  // namespace

void CheckData(const v1::SweepSpec& spec, std::vector<Problem>* problems) {
  CheckLabels(spec.data().train(), "data.train", problems);
  CheckNamedSets(spec.data().extra(), "data.extra", problems);
  CheckNamedSets(spec.data().merge(), "data.merge", problems);
  CheckGroups(spec, problems);
}

}  // namespace pleat
