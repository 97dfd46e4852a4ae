#include "worker/predict/ensemble_manifest.h"

#include <google/protobuf/util/json_util.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/rules_check.h"
#include "common/store/store_layout.h"
#include "worker/data/dataset_limits.h"

namespace pleat {
namespace {

using Json = nlohmann::json;

constexpr int kFormat = 1;
constexpr int64_t kMaxInt32 = std::numeric_limits<int32_t>::max();

// As many as `ensemble.tta.views` can draw, and `resources.threads` can ask for.
constexpr size_t kMaxViews = 64 * 64;
constexpr int64_t kMaxThreads = 256;
constexpr int64_t kMaxSide = 65'536;

// A whole number in [min, max]. The JSON library would cut one that does not fit into its type.
absl::StatusOr<int64_t> ReadInteger(const Json& json, const char* what, int64_t min, int64_t max) {
  const bool fits = json.is_number_integer() &&
                    (!json.is_number_unsigned() ||
                     json.get<uint64_t>() <= uint64_t{std::numeric_limits<int64_t>::max()});
  const int64_t value = fits ? json.get<int64_t>() : min - 1;
  if (value >= min && value <= max) return value;
  return absl::InvalidArgumentError(absl::StrCat("its ", what, " is ", json.dump(),
                                                 ", not a whole number from ", min, " to ", max));
}

absl::Status CheckFormat(const Json& json) {
  PLEAT_ASSIGN_OR_RETURN(const int64_t format,
                         ReadInteger(json.at("format"), "format", 0, kMaxInt32));
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

absl::StatusOr<v1::Artifact> ParseFile(const std::string& folder, const std::string& name,
                                       const Json& files) {
  const Json& file = files.at(name);
  v1::Artifact artifact;
  artifact.set_path(absl::StrCat(folder, "/", name));
  PLEAT_ASSIGN_OR_RETURN(const int64_t size, ReadInteger(file.at("size"), "file size", 0,
                                                         std::numeric_limits<int64_t>::max()));
  artifact.set_size(static_cast<uint64_t>(size));
  artifact.set_sha256(file.at("sha256").get<std::string>());
  return artifact;
}

absl::StatusOr<EnsembleMember> ParseMember(const Json& json) {
  PLEAT_ASSIGN_OR_RETURN(const int64_t trial,
                         ReadInteger(json.at("trial"), "member's trial", 0, kMaxInt32));
  PLEAT_ASSIGN_OR_RETURN(const int64_t fold,
                         ReadInteger(json.at("fold"), "member's fold", 0, kMaxInt32));
  // The folder follows from trial and fold, so that a manifest cannot point elsewhere.
  const std::string folder = absl::StrCat(
      "members/", layout::MemberName(static_cast<uint32_t>(trial), static_cast<uint32_t>(fold)));
  EnsembleMember member;
  member.weight = json.at("weight").get<double>();
  const Json& files = json.at("files");
  PLEAT_ASSIGN_OR_RETURN(member.weights, ParseFile(folder, "weights.safetensors", files));
  PLEAT_ASSIGN_OR_RETURN(member.config, ParseFile(folder, "config.json", files));
  return member;
}

absl::Status CheckView(const v1::View& view) {
  std::vector<Problem> problems;
  CheckRules(view, &problems);
  if (!problems.empty()) {
    return absl::InvalidArgumentError(
        absl::StrCat("a view's ", problems.front().path, ": ", problems.front().message));
  }
  if (view.identity() || !view.transforms().empty() || view.scale() > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("a view has the scale ", view.scale()));
}

absl::Status CheckManifest(const EnsembleManifest& manifest) {
  if (!(manifest.scale > 0)) {
    return absl::InvalidArgumentError(absl::StrCat("its scale is ", manifest.scale));
  }
  if (manifest.views.size() > kMaxViews) {
    return absl::InvalidArgumentError(
        absl::StrCat("it has ", manifest.views.size(), " views, at most ", kMaxViews, " can be"));
  }
  if (!manifest.class_names.empty() && manifest.class_names.size() != manifest.classes) {
    return absl::InvalidArgumentError(absl::StrCat(
        "it has ", manifest.class_names.size(), " class names for ", manifest.classes, " classes"));
  }
  if (manifest.members.empty()) return absl::InvalidArgumentError("it has no members");
  for (const EnsembleMember& member : manifest.members) {
    if (!(member.weight > 0)) {
      return absl::InvalidArgumentError(
          absl::StrCat(member.weights.path(), " has the weight ", member.weight));
    }
  }
  for (const v1::View& view : manifest.views) PLEAT_RETURN_IF_ERROR(CheckView(view));
  return absl::OkStatus();
}

absl::StatusOr<EnsembleManifest> FromJson(const Json& json) {
  PLEAT_RETURN_IF_ERROR(CheckFormat(json));
  EnsembleManifest manifest;
  const Json& shape = json.at("shape");
  PLEAT_ASSIGN_OR_RETURN(manifest.channels, ReadInteger(shape.at(0), "channels", 1, kMaxSide));
  PLEAT_ASSIGN_OR_RETURN(manifest.height, ReadInteger(shape.at(1), "height", 1, kMaxSide));
  PLEAT_ASSIGN_OR_RETURN(manifest.width, ReadInteger(shape.at(2), "width", 1, kMaxSide));
  PLEAT_ASSIGN_OR_RETURN(manifest.classes,
                         ReadInteger(json.at("classes"), "number of classes", 2, kMaxClasses));
  manifest.class_names = json.value("class_names", std::vector<std::string>());
  manifest.scale = json.at("scale").get<double>();
  const auto blend = json.at("blend").get<std::string>();
  if (blend != "mean_probability" && blend != "mean_logit") {
    return absl::InvalidArgumentError(absl::StrCat("unknown blend '", blend, "'"));
  }
  manifest.blend = ParseBlend(blend);
  const Json& spec = json.at("spec");
  PLEAT_RETURN_IF_ERROR(ParseMessage(spec.at("data"), manifest.data));
  v1::CrossValidationSpec splitter;
  PLEAT_RETURN_IF_ERROR(ParseMessage(spec.at("cross_validation"), splitter));
  manifest.predefined = splitter.predefined();
  PLEAT_ASSIGN_OR_RETURN(manifest.threads, ReadInteger(spec.at("resources").at("threads"),
                                                       "spec.resources.threads", 1, kMaxThreads));
  for (const Json& view : json.at("views")) {
    PLEAT_RETURN_IF_ERROR(ParseMessage(view, manifest.views.emplace_back()));
  }
  for (const Json& json_member : json.at("members")) {
    PLEAT_ASSIGN_OR_RETURN(EnsembleMember member, ParseMember(json_member));
    manifest.members.push_back(std::move(member));
  }
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
