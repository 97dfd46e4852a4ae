// The files of one ensemble, written once and remembered.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "common/store/store.h"

namespace pleat {

// Writes below `ensemble/<version>`; `store` must outlive it.
//
//   manifest.json                 names every file below but run.json; written last
//   predictions.npy               float32 [test rows, classes] probabilities
//   predictions_<extra set>.npy   the same for the extra sets
//   submission.csv                id,label of the test rows
//   oof.npy, oof_tta.npy          float32 [train rows, classes] out-of-fold, without and with views
//   members/<0003_2>/weights.safetensors, config.json, classes.csv, ValidationResults<2>.csv
//   reports/<split>/classification_report.txt, confusion_matrix.csv, calibration.csv,
//       mistakes.csv, groups.csv       of "oof", "oof_tta" and each labelled split
//   run.json                      how it was made: not part of the byte-identical set
class EnsembleFolder {
 public:
  EnsembleFolder(Store& store, std::string folder);

  // Writes a file at a path below the folder. The same bytes again are fine.
  absl::StatusOr<v1::Artifact> Write(const std::string& path, std::string_view bytes);
  // Writes float32 [rows, classes].
  absl::Status WriteMatrix(const std::string& path, const std::vector<float>& values,
                           int64_t classes);

  // What was written, by path below the folder.
  const std::map<std::string, v1::Artifact>& files() const { return files_; }

 private:
  Store& store_;
  const std::string folder_;
  std::map<std::string, v1::Artifact> files_;
};

}  // namespace pleat
