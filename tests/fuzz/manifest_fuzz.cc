// An ensemble's manifest.json, as `pleat predict` and `pleat pull` read it, and a member's
// config.json.
#include "common/store/ensemble_files.h"
#include "common/store/store_path.h"
#include "tests/fuzz/fuzz_target.h"
#include "worker/predict/ensemble_manifest.h"

namespace pleat {
namespace {

void ParseManifest(std::string_view input) {
  const absl::StatusOr<EnsembleManifest> manifest = ParseEnsembleManifest(input);
  if (manifest.ok()) {
    Require(!manifest->members.empty(), "an ensemble has members");
    for (const EnsembleMember& member : manifest->members) {
      Require(SplitStorePath(member.weights.path()).ok(), "files lie in the ensemble's folder");
    }
  } else {
    Require(!manifest.status().message().empty(), "a refusal says why");
  }
  const absl::StatusOr<std::vector<v1::Artifact>> files = ParseEnsembleFiles(input);
  if (!files.ok()) return Require(!files.status().message().empty(), "a refusal says why");
  for (const v1::Artifact& file : *files) {
    Require(SplitStorePath(file.path()).ok(), "files lie in the ensemble's folder: " + file.path());
  }
}

void ParseManifestOrConfig(std::string_view input) {
  ParseManifest(input);
  (void)ParseMemberConfig(input);
}

const RegisteredTarget kManifestTarget({.name = "manifest", .run = ParseManifestOrConfig});

}  // namespace
}  // namespace pleat
