#include "worker/inspect/duplicates_csv.h"

#include "absl/strings/str_cat.h"
#include "common/base/csv_field.h"

namespace pleat {
namespace {

std::string LabelFields(const Inspection& inspection, int64_t label) {
  if (label < 0) return ",";
  return absl::StrCat(label, ",", CsvField(inspection.class_names[static_cast<size_t>(label)]));
}

}  // namespace

std::string DuplicatesCsv(const Inspection& inspection) {
  std::string csv = "set,split,row,id,label,class\n";
  const std::vector<DuplicateSet>& sets = inspection.duplicates.sets;
  for (size_t set = 0; set < sets.size(); ++set) {
    for (const RowPlace& place : sets[set].rows) {
      absl::StrAppend(&csv, set, ",", CsvField(inspection.splits[place.split].name), ",", place.row,
                      ",", CsvField(place.id), ",", LabelFields(inspection, place.label), "\n");
    }
  }
  return csv;
}

}  // namespace pleat
