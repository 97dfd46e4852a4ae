#include "worker/predict/ensemble_manifest.h"

#include <google/protobuf/util/json_util.h>

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/store_layout.h"

namespace pleat {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;

absl::Status CheckFormat(const Json& json) {
  const int format = json.at("format").get<int>();
  if (format == kFormat) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("its format is version ", format,
                                                 "; this program reads version ", kFormat,
                                                 ": use the Pleat that wrote it"));
}

absl::Status ParseMessage(const Json& json, google::protobuf::Message& message) {
  const auto status = google::protobuf::util::JsonStringToMessage(json.dump(), &message);
  if (status.ok()) return absl::OkStatus();
  return absl::InvalidArgumentError(status.message().ToString());
}

v1::Artifact ParseFile(const std::string& folder, const std::string& name, const Json& files) {
  const Json& file = files.at(name);
  v1::Artifact artifact;
  artifact.set_path(absl::StrCat(folder, "/", name));
  artifact.set_size(file.at("size").get<uint64_t>());
  artifact.set_sha256(file.at("sha256").get<std::string>());
  return artifact;
}

EnsembleMember ParseMember(const Json& json) {
  // The folder follows from trial and fold, so that a manifest cannot point elsewhere.
  const std::string folder = absl::StrCat(
      "members/",
      layout::MemberName(json.at("trial").get<uint32_t>(), json.at("fold").get<uint32_t>()));
  EnsembleMember member;
  member.weight = json.at("weight").get<double>();
  member.weights = ParseFile(folder, "weights.safetensors", json.at("files"));
  member.config = ParseFile(folder, "config.json", json.at("files"));
  return member;
}

v1::View ParseView(const Json& json) {
  v1::View view;
  view.set_identity(json.at("identity").get<bool>());
  view.set_shift_x(json.at("shift_x").get<double>());
  view.set_shift_y(json.at("shift_y").get<double>());
  view.set_scale(json.at("scale").get<double>());
  view.set_rotate_degrees(json.at("rotate_degrees").get<double>());
  return view;
}

absl::Status CheckManifest(const EnsembleManifest& manifest) {
  if (manifest.channels < 1 || manifest.height < 1 || manifest.width < 1 || manifest.classes < 2 ||
      !(manifest.scale > 0) || manifest.threads < 1) {
    return absl::InvalidArgumentError("its shape, classes, scale or threads make no sense");
  }
  if (manifest.members.empty()) return absl::InvalidArgumentError("it has no members");
  for (const EnsembleMember& member : manifest.members) {
    if (!(member.weight > 0)) {
      return absl::InvalidArgumentError(
          absl::StrCat(member.weights.path(), " has the weight ", member.weight));
    }
  }
  for (const v1::View& view : manifest.views) {
    if (!view.identity() && !(view.scale() > 0)) {
      return absl::InvalidArgumentError(absl::StrCat("a view has the scale ", view.scale()));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<EnsembleManifest> FromJson(const Json& json) {
  PLEAT_RETURN_IF_ERROR(CheckFormat(json));
  EnsembleManifest manifest;
  manifest.channels = json.at("shape").at(0).get<int64_t>();
  manifest.height = json.at("shape").at(1).get<int64_t>();
  manifest.width = json.at("shape").at(2).get<int64_t>();
  manifest.classes = json.at("classes").get<uint32_t>();
  manifest.scale = json.at("scale").get<double>();
  const auto blend = json.at("blend").get<std::string>();
  if (blend != "mean_probability" && blend != "mean_logit") {
    return absl::InvalidArgumentError(absl::StrCat("unknown blend '", blend, "'"));
  }
  manifest.blend = ParseBlend(blend);
  PLEAT_RETURN_IF_ERROR(ParseMessage(json.at("spec").at("data"), manifest.data));
  manifest.threads = json.at("spec").at("resources").at("threads").get<int>();
  for (const Json& view : json.at("views")) manifest.views.push_back(ParseView(view));
  for (const Json& member : json.at("members")) manifest.members.push_back(ParseMember(member));
  PLEAT_RETURN_IF_ERROR(CheckManifest(manifest));
  return manifest;
}

}  // namespace

absl::StatusOr<EnsembleManifest> ParseEnsembleManifest(std::string_view json) {
  try {
    return FromJson(Json::parse(json));
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("not a manifest of Pleat: ", error.what()));
  }
}

absl::StatusOr<v1::TrialConfig> ParseMemberConfig(std::string_view json) {
  try {
    const Json document = Json::parse(json);
    PLEAT_RETURN_IF_ERROR(CheckFormat(document));
    v1::TrialConfig config;
    PLEAT_RETURN_IF_ERROR(ParseMessage(document.at("config"), config));
    return config;
  } catch (const Json::exception& error) {
    return absl::InvalidArgumentError(absl::StrCat("not a member's configuration: ", error.what()));
  }
}

}  // namespace pleat
