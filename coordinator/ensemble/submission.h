// `submission.csv`: the ensemble's answer for each test row.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace pleat {

// The lines of `ids.txt`. DATA_LOSS if there are not exactly `rows` of them.
absl::StatusOr<std::vector<std::string>> ParseIds(const std::string& text, int64_t rows);

// "id,label" and a line per row: its id (its number from 0 if `ids` is empty) and the first class
// of the largest probability, by its name (its number if `class_names` is empty). `probabilities`
// [rows, classes]. Ids and names are quoted where CSV needs it.
std::string SubmissionCsv(std::span<const float> probabilities, int64_t classes,
                          const std::vector<std::string>& ids,
                          const std::vector<std::string>& class_names);

}  // namespace pleat
