#include "coordinator/service/ensemble_listing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"
#include "common/store/ensemble_files.h"

namespace pleat {
namespace {

constexpr uint64_t kLargestRunJson = 1 << 20;

v1::Artifact File(std::string path, uint64_t size, std::string sha256) {
  v1::Artifact file;
  file.set_path(std::move(path));
  file.set_size(size);
  file.set_sha256(std::move(sha256));
  return file;
}

}  // namespace

absl::StatusOr<std::vector<v1::Artifact>> ListEnsembleFiles(const Store& store,
                                                            const std::string& folder,
                                                            const v1::Artifact& manifest) {
  PLEAT_ASSIGN_OR_RETURN(const std::string text, store.Read(manifest));
  absl::StatusOr<std::vector<v1::Artifact>> list = ParseEnsembleFiles(text);
  if (!list.ok()) return Annotate(list.status(), manifest.path());
  list->insert(list->begin(), File("manifest.json", manifest.size(), manifest.sha256()));
  PLEAT_ASSIGN_OR_RETURN(const std::string run,
                         store.ReadUnchecked(folder + "/run.json", kLargestRunJson));
  list->push_back(File("run.json", run.size(), Sha256Hex(run)));
  return list;
}

absl::StatusOr<EnsemblePosition> FindPosition(const std::vector<v1::Artifact>& files,
                                              const v1::GetEnsembleRequest& request) {
  if (request.path().empty()) return EnsemblePosition{};
  const auto wanted = std::ranges::find(files, request.path(), &v1::Artifact::path);
  if (wanted == files.end()) {
    return absl::InvalidArgumentError(absl::StrCat("the ensemble has no file ", request.path()));
  }
  if (request.offset() > wanted->size()) {
    return absl::OutOfRangeError(
        absl::StrCat(request.path(), " has ", wanted->size(), " bytes, not ", request.offset()));
  }
  return EnsemblePosition{.file = static_cast<size_t>(wanted - files.begin()),
                          .offset = request.offset()};
}

}  // namespace pleat
