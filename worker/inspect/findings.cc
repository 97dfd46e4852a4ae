#include "worker/inspect/findings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/html/html_text.h"
#include "worker/data/class_names.h"

namespace pleat {
namespace {

// Largest class over smallest, from which classes are told to be uneven.
constexpr uint64_t kUneven = 10;
constexpr size_t kNamedClasses = 8;

std::string Rows(uint64_t rows) {
  return absl::StrCat(CountText(rows), rows == 1 ? " row" : " rows");
}

void AddConflicts(const Inspection& inspection, std::vector<std::string>& findings) {
  const auto conflicts = static_cast<uint64_t>(
      std::ranges::count_if(inspection.duplicates.sets, &DuplicateSet::is_conflict));
  if (conflicts == 0) return;
  findings.push_back(absl::StrCat(CountText(conflicts),
                                  conflicts == 1 ? " image stands" : " images stand",
                                  " in rows of different classes"));
}

void AddDuplicates(const Inspection& inspection, std::vector<std::string>& findings) {
  const auto& rows = inspection.duplicates.rows;
  for (size_t a = 0; a < rows.size(); ++a) {
    for (size_t b = 0; b < a; ++b) {
      if (rows[a][b] == 0) continue;
      findings.push_back(absl::StrCat(Rows(rows[a][b]), " of ", inspection.splits[a].name,
                                      rows[a][b] == 1 ? " is also in " : " are also in ",
                                      inspection.splits[b].name));
    }
  }
  for (size_t a = 0; a < rows.size(); ++a) {
    if (rows[a][a] == 0) continue;
    findings.push_back(absl::StrCat(Rows(rows[a][a]), " of ", inspection.splits[a].name,
                                    rows[a][a] == 1 ? " repeats" : " repeat",
                                    " the image of an earlier one"));
  }
}

void AddClasses(const Inspection& inspection, const SplitFacts& split,
                std::vector<std::string>& findings) {
  if (split.class_rows.empty()) return;
  std::vector<std::string> absent;
  for (size_t label = 0; label < split.class_rows.size(); ++label) {
    if (split.class_rows[label] > 0) continue;
    absent.push_back(ClassName(inspection.class_names, static_cast<int64_t>(label)));
  }
  if (!absent.empty()) {
    const size_t count = absent.size();
    if (count > kNamedClasses) absent.resize(kNamedClasses);
    findings.push_back(absl::StrCat(
        split.name, " has no rows of ", count == 1 ? "class " : absl::StrCat(count, " classes: "),
        absl::StrJoin(absent, ", "), count > kNamedClasses ? ", …" : ""));
  }
  const auto [least, most] = std::ranges::minmax(split.class_rows);
  if (least > 0 && most >= kUneven * least) {
    findings.push_back(absl::StrCat("classes of ", split.name, " are uneven: from ", Rows(least),
                                    " to ", CountText(most)));
  }
}

void AddPixels(const Inspection& inspection, const SplitFacts& split,
               std::vector<std::string>& findings) {
  const double largest = split.largest;
  if (split.least == split.largest) {
    findings.push_back(absl::StrCat("every pixel of ", split.name, " is ", split.largest));
  } else if (inspection.scale_matters &&
             (largest > inspection.scale || largest < inspection.scale / 4)) {
    findings.push_back(absl::StrFormat(
        "pixels of %s reach from %d to %d, but data.scale is %g: they become %.3g to %.3g",
        split.name, split.least, split.largest, inspection.scale, split.least / inspection.scale,
        largest / inspection.scale));
  }
}

}  // namespace

std::vector<std::string> FindingsOf(const Inspection& inspection) {
  std::vector<std::string> findings;
  AddConflicts(inspection, findings);
  AddDuplicates(inspection, findings);
  for (const SplitFacts& split : inspection.splits) {
    AddClasses(inspection, split, findings);
    AddPixels(inspection, split, findings);
  }
  return findings;
}

}  // namespace pleat
