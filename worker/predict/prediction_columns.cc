#include "worker/predict/prediction_columns.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "worker/data/csv_columns.h"

namespace pleat {
namespace {

using Names = std::vector<std::string>;

void AddName(const std::string& name, Names& names) {
  if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
}

// The first of the `wanted` names that is among `names`; empty if none is.
std::string FirstOf(const Names& wanted, const Names& names) {
  const auto found = std::ranges::find_if(
      wanted, [&](const std::string& name) { return std::ranges::count(names, name) > 0; });
  return found == wanted.end() ? "" : *found;
}

std::string Quoted(const Names& names) {
  return absl::StrCat("'", absl::StrJoin(names, "' or '"), "'");
}

}  // namespace

absl::StatusOr<PredictionColumns> FindPredictionColumns(const std::string& path, const Names& names,
                                                        const EnsembleManifest& manifest) {
  Names labels, ids;
  for (const v1::DatasetSpec* set : {&manifest.data.test(), &manifest.data.train()}) {
    AddName(set->csv().label_column(), labels);
    AddName(set->csv().id_column(), ids);
  }
  AddName("label", labels);
  AddName("id", ids);
  PredictionColumns columns;
  columns.label = FirstOf(labels, names);
  std::erase(ids, columns.label);
  columns.id = FirstOf(ids, names);
  columns.group = FirstOf({manifest.data.groups().column()}, names);
  columns.fold = FirstOf({manifest.predefined.column()}, names);

  int64_t pixels = static_cast<int64_t>(names.size());
  for (const std::string& column : {columns.label, columns.id, columns.group, columns.fold}) {
    if (!column.empty()) --pixels;
  }
  if (pixels == manifest.height * manifest.width) return columns;
  return absl::InvalidArgumentError(absl::StrCat(
      path, ":1: ", pixels, " columns of pixels, but the ensemble's images have ", manifest.height,
      " x ", manifest.width, " = ", manifest.height * manifest.width,
      "; beside them only labels may stand, in a column named ", Quoted(labels),
      ", and ids, in one named ", Quoted(ids), "; the columns are ", SummarizeColumns(names)));
}

}  // namespace pleat
