#include "common/store/ensemble_files.h"

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

void AppendFiles(const Json& files, const std::string& prefix, std::vector<v1::Artifact>& list) {
  for (const auto& [path, file] : files.items()) {
    v1::Artifact artifact;
    artifact.set_path(prefix + path);
    artifact.set_size(file.at("size").get<uint64_t>());
    artifact.set_sha256(file.at("sha256").get<std::string>());
    list.push_back(std::move(artifact));
  }
}

}  // namespace

absl::StatusOr<std::vector<v1::Artifact>> ParseEnsembleFiles(std::string_view manifest) {
  std::vector<v1::Artifact> list;
  try {
    const Json json = Json::parse(manifest);
    AppendFiles(json.at("files"), "", list);
    for (const Json& member : json.at("members")) {
      AppendFiles(member.at("files"), member.at("folder").get<std::string>() + "/", list);
    }
  } catch (const Json::exception& error) {
    return absl::DataLossError(absl::StrCat("not an ensemble's manifest: ", error.what()));
  }
  return list;
}

}  // namespace pleat
