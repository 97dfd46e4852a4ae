#include "common/store/ensemble_files.h"

#include <nlohmann/json.hpp>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/store_path.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

absl::Status AppendFiles(const Json& files, const std::string& prefix,
                         std::vector<v1::Artifact>& list) {
  for (const auto& [path, file] : files.items()) {
    v1::Artifact artifact;
    artifact.set_path(prefix + path);
    if (!SplitStorePath(artifact.path()).ok()) {
      return absl::DataLossError(
          absl::StrCat("an ensemble's manifest names '", artifact.path(),
                       "', which lies outside of the ensemble: it is damaged, or means no good"));
    }
    const Json& size = file.at("size");
    if (!size.is_number_unsigned()) {
      return absl::DataLossError(absl::StrCat("an ensemble's manifest says that ", artifact.path(),
                                              " has ", size.dump(), " bytes"));
    }
    artifact.set_size(size.get<uint64_t>());
    artifact.set_sha256(file.at("sha256").get<std::string>());
    list.push_back(std::move(artifact));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<v1::Artifact>> ParseEnsembleFiles(std::string_view manifest) {
  std::vector<v1::Artifact> list;
  try {
    const Json json = Json::parse(manifest);
    PLEAT_RETURN_IF_ERROR(AppendFiles(json.at("files"), "", list));
    for (const Json& member : json.at("members")) {
      PLEAT_RETURN_IF_ERROR(
          AppendFiles(member.at("files"), member.at("folder").get<std::string>() + "/", list));
    }
  } catch (const Json::exception& error) {
    return absl::DataLossError(absl::StrCat("not an ensemble's manifest: ", error.what()));
  }
  return list;
}

}  // namespace pleat
