#include "coordinator/service/ensemble_listing.h"

#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"

namespace pleat {
namespace {

using Json = nlohmann::ordered_json;

constexpr uint64_t kLargestRunJson = 1 << 20;

v1::Artifact File(std::string path, uint64_t size, std::string sha256) {
  v1::Artifact file;
  file.set_path(std::move(path));
  file.set_size(size);
  file.set_sha256(std::move(sha256));
  return file;
}

void AppendFiles(const Json& files, const std::string& prefix, std::vector<v1::Artifact>& list) {
  for (const auto& [path, file] : files.items()) {
    list.push_back(File(prefix + path, file.at("size"), file.at("sha256")));
  }
}

}  // namespace

absl::StatusOr<std::vector<v1::Artifact>> ListEnsembleFiles(const Store& store,
                                                            const std::string& folder,
                                                            const v1::Artifact& manifest) {
  PLEAT_ASSIGN_OR_RETURN(const std::string text, store.Read(manifest));
  std::vector<v1::Artifact> list = {File("manifest.json", manifest.size(), manifest.sha256())};
  try {
    const Json json = Json::parse(text);
    AppendFiles(json.at("files"), "", list);
    for (const Json& member : json.at("members")) {
      AppendFiles(member.at("files"), member.at("folder").get<std::string>() + "/", list);
    }
  } catch (const Json::exception& error) {
    return absl::DataLossError(absl::StrCat(manifest.path(), ": ", error.what()));
  }
  PLEAT_ASSIGN_OR_RETURN(const std::string run,
                         store.ReadUnchecked(folder + "/run.json", kLargestRunJson));
  list.push_back(File("run.json", run.size(), Sha256Hex(run)));
  return list;
}

}  // namespace pleat
