#include "coordinator/ensemble/manifest.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/config/data_paths.h"
#include "common/store/store_layout.h"
#include "coordinator/ensemble/proto_json.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kFormat = 1;

std::string Document(const Json& json) { return json.dump(2) + "\n"; }

Json ShapeJson(const v1::DatasetInfo& train) {
  return {train.channels(), train.height(), train.width()};
}

Json ClassNamesJson(const v1::DatasetInfo& train) {
  Json names = Json::array();
  for (const std::string& name : train.class_names()) names.push_back(name);
  return names;
}

absl::StatusOr<Json> ViewsJson(const v1::MembersSelected& selected) {
  Json views = Json::array();
  for (const v1::View& view : selected.views()) {
    PLEAT_ASSIGN_OR_RETURN(views.emplace_back(), ToJson(view));
  }
  return views;
}

// The files whose paths begin with `prefix`, without it.
Json FilesJson(const std::map<std::string, v1::Artifact>& files, const std::string& prefix) {
  Json json = Json::object();
  for (const auto& [path, artifact] : files) {
    if (!path.starts_with(prefix)) continue;
    json[path.substr(prefix.size())] = {{"size", artifact.size()}, {"sha256", artifact.sha256()}};
  }
  return json;
}

Json MembersJson(const BuildEnsemble& effect, const std::map<std::string, v1::Artifact>& files) {
  Json members = Json::array();
  for (const MemberFiles& entry : effect.files) {
    const v1::Member& member = entry.member;
    const std::string folder =
        absl::StrCat("members/", layout::MemberName(member.trial(), member.fold()));
    members.push_back({{"trial", member.trial()},
                       {"fold", member.fold()},
                       {"weight", member.weight()},
                       {"folder", folder},
                       {"files", FilesJson(files, folder + "/")}});
  }
  return members;
}

Json OtherFilesJson(std::map<std::string, v1::Artifact> files) {
  std::erase_if(files, [](const auto& file) {
    return file.first.starts_with("members/") || file.first == "run.json";
  });
  return FilesJson(files, "");
}

Json MissingJson(const v1::MembersSelected& selected) {
  Json missing = Json::array();
  for (const v1::MissingFold& fold : selected.missing()) {
    missing.push_back({{"trial", fold.trial()}, {"fold", fold.fold()}});
  }
  return missing;
}

Json DataJson(const std::vector<v1::DatasetInfo>& datasets) {
  Json data = Json::array();
  for (const v1::DatasetInfo& dataset : datasets) {
    data.push_back({{"split", dataset.split()},
                    {"rows", dataset.rows()},
                    {"labelled", dataset.has_labels()},
                    {"data_sha256", dataset.data_sha256()}});
  }
  return data;
}

Json ScoresJson(const v1::Scores& scores) {
  return {{"rows", scores.rows()},
          {"accuracy", scores.accuracy()},
          {"log_loss", scores.log_loss()},
          {"macro_f1", scores.macro_f1()},
          {"ece", scores.ece()}};
}

Json AllScoresJson(const v1::EnsembleBuilt& built) {
  Json scores = {{"out_of_fold", ScoresJson(built.out_of_fold())}};
  if (built.has_out_of_fold_tta()) {
    scores["out_of_fold_tta"] = ScoresJson(built.out_of_fold_tta());
  }
  for (const v1::SplitScores& split : built.splits()) {
    Json members = Json::array();
    for (const v1::Scores& member : split.members()) members.push_back(ScoresJson(member));
    scores["splits"][split.split()] = {{"ensemble", ScoresJson(split.ensemble())},
                                       {"members", std::move(members)}};
  }
  return scores;
}

}  // namespace

absl::StatusOr<std::string> ManifestJson(const BuildEnsemble& effect,
                                         const std::map<std::string, v1::Artifact>& files,
                                         const v1::EnsembleBuilt& built) {
  const v1::DatasetInfo& train = effect.datasets.front();
  v1::SweepSpec spec = effect.spec;
  ClearPaths(&spec);
  // 0 in the spec leaves it to the groups, which may then have any size.
  spec.mutable_resources()->set_group_size(effect.execution.group_size());
  PLEAT_ASSIGN_OR_RETURN(Json spec_json, ToJson(spec));
  PLEAT_ASSIGN_OR_RETURN(Json views_json, ViewsJson(effect.members));
  Json manifest = {{"format", kFormat},
                   {"sweep", effect.sweep},
                   {"shape", ShapeJson(train)},
                   {"classes", train.classes()},
                   {"class_names", ClassNamesJson(train)},
                   {"scale", train.scale()},
                   {"blend", effect.spec.ensemble().blend()},
                   {"views", std::move(views_json)},
                   {"members", MembersJson(effect, files)},
                   {"missing", MissingJson(effect.members)},
                   {"files", OtherFilesJson(files)},
                   {"data", DataJson(effect.datasets)},
                   {"scores", AllScoresJson(built)},
                   {"spec", std::move(spec_json)}};
  if (!effect.changes.empty()) manifest["changes"] = effect.changes;
  return Document(manifest);
}

absl::StatusOr<std::string> MemberConfigJson(const MemberFiles& member,
                                             const v1::DatasetInfo& train) {
  PLEAT_ASSIGN_OR_RETURN(Json config, ToJson(member.config));
  return Document({{"format", kFormat},
                   {"fold", member.member.fold()},
                   {"shape", ShapeJson(train)},
                   {"classes", train.classes()},
                   {"scale", train.scale()},
                   {"config", std::move(config)}});
}

std::string RunJson(const BuildEnsemble& effect) {
  return Document({{"format", kFormat},
                   {"spec_sha256", effect.spec_sha256},
                   {"group_size", effect.execution.group_size()},
                   {"fingerprint", effect.execution.fingerprint()}});
}

}  // namespace pleat
