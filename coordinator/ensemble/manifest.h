// The documents of an ensemble. Equal ensembles have equal bytes: keys in a fixed order, reals in
// the shortest form that reads back the same.
#pragma once

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "coordinator/core/coordinator_core.h"

namespace pleat {

// `manifest.json`, format version 1: what the ensemble is, and the size and SHA-256 of each of its
// files. It holds no attempts, hosts, times or paths outside the folder; `spec` is therefore the
// sweep's without its data paths, and its group size is that of the groups that trained.
//
//   {"format", "sweep", "shape": [channels, height, width], "classes",
//    "class_names": [a name per class, or none], "scale", "blend",
//    "views": [{"identity", "shift_x", "shift_y", "scale", "rotate_degrees"}],
//    "members": [{"trial", "fold", "weight", "folder", "files": {name: {"size", "sha256"}}}],
//    "missing": [{"trial", "fold"}], "files": {path: {"size", "sha256"}},
//    "data": [{"split", "rows", "labelled", "data_sha256"}], "scores": {…}, "spec": {…}}
//
// `files` are those written so far, by path below the ensemble's folder.
absl::StatusOr<std::string> ManifestJson(const BuildEnsemble& effect,
                                         const std::map<std::string, v1::Artifact>& files,
                                         const v1::EnsembleBuilt& built);

// `config.json` of a member, format version 1: all that is needed to rebuild its network.
//
//   {"format", "fold", "shape": [channels, height, width], "classes", "scale",
//    "config": a TrialConfig}
absl::StatusOr<std::string> MemberConfigJson(const MemberFiles& member,
                                             const v1::DatasetInfo& train);

// `run.json`, format version 1: how the ensemble came about.
//
//   {"format", "spec_sha256", "group_size", "fingerprint"}
std::string RunJson(const BuildEnsemble& effect);

}  // namespace pleat
