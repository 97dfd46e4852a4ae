#include "worker/predict/ensemble_predictor.h"

#include <ATen/Parallel.h>

#include <fstream>
#include <numeric>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/metrics/blender.h"
#include "common/store/checksum.h"
#include "worker/predict/predictor.h"

namespace pleat {
namespace {

constexpr uint64_t kMaxManifestBytes = uint64_t{64} << 20;

absl::StatusOr<std::string> ReadFile(const std::string& path, uint64_t max_size) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file) {
    return absl::NotFoundError(absl::StrCat(
        "cannot open ", path, "; give the folder of an ensemble, as `pleat pull` makes it"));
  }
  const auto size = static_cast<int64_t>(file.tellg());
  if (size < 0 || static_cast<uint64_t>(size) > max_size) {
    return absl::DataLossError(absl::StrCat(path, ": not a file of at most ", max_size, " bytes"));
  }
  std::string bytes(static_cast<size_t>(size), '\0');
  file.seekg(0);
  if (!file.read(bytes.data(), size)) {
    return absl::DataLossError(absl::StrCat("cannot read ", path));
  }
  return bytes;
}

}  // namespace

EnsemblePredictor::EnsemblePredictor(std::string folder, EnsembleManifest manifest,
                                     const ComputeDevice& device)
    : folder_(std::move(folder)), manifest_(std::move(manifest)), device_(device) {}

absl::StatusOr<EnsemblePredictor> EnsemblePredictor::Open(const std::string& folder,
                                                          const ComputeDevice& device) {
  const std::string path = absl::StrCat(folder, "/manifest.json");
  PLEAT_ASSIGN_OR_RETURN(const std::string json, ReadFile(path, kMaxManifestBytes));
  absl::StatusOr<EnsembleManifest> manifest = ParseEnsembleManifest(json);
  if (!manifest.ok()) return Annotate(manifest.status(), path);
  return EnsemblePredictor(folder, *std::move(manifest), device);
}

absl::StatusOr<std::string> EnsemblePredictor::Read(const v1::Artifact& artifact) const {
  const std::string path = absl::StrCat(folder_, "/", artifact.path());
  PLEAT_ASSIGN_OR_RETURN(std::string bytes, ReadFile(path, artifact.size()));
  if (bytes.size() == artifact.size() && Sha256Hex(bytes) == artifact.sha256()) return bytes;
  return absl::DataLossError(
      absl::StrCat(path, ": its size or SHA-256 is not what manifest.json says; pull it again"));
}

absl::StatusOr<std::vector<float>> EnsemblePredictor::PredictMember(const EnsembleMember& member,
                                                                    const Dataset& dataset) const {
  PLEAT_ASSIGN_OR_RETURN(const std::string json, Read(member.config));
  PLEAT_ASSIGN_OR_RETURN(const std::string weights, Read(member.weights));
  PredictorSpec spec;
  absl::StatusOr<v1::TrialConfig> config = ParseMemberConfig(json);
  if (!config.ok()) return Annotate(config.status(), member.config.path());
  spec.config = *std::move(config);
  spec.weights = weights;
  spec.channels = manifest_.channels;
  spec.height = manifest_.height;
  spec.width = manifest_.width;
  spec.classes = manifest_.classes;
  spec.scale = manifest_.scale;
  spec.views = manifest_.views;
  spec.blend = manifest_.blend;
  spec.device = device_;
  std::vector<int64_t> rows(static_cast<size_t>(dataset.rows));
  std::iota(rows.begin(), rows.end(), 0);
  Group alone;
  return pleat::Predict(spec, dataset, rows, alone);
}

absl::StatusOr<std::vector<float>> EnsemblePredictor::Predict(const Dataset& dataset) const {
  at::set_num_threads(manifest_.threads);
  Blender blender(manifest_.blend, dataset.rows, manifest_.classes);
  for (const EnsembleMember& member : manifest_.members) {
    PLEAT_ASSIGN_OR_RETURN(const std::vector<float> predictions, PredictMember(member, dataset));
    blender.Add(predictions, member.weight);
  }
  return blender.Probabilities();
}

}  // namespace pleat
