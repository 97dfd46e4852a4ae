#include "worker/data/dataset_digest.h"

#include <bit>

#include "absl/strings/str_cat.h"
#include "common/store/checksum.h"

namespace pleat {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are hashed as they lie");

void AddNumbers(Sha256& sha, const std::vector<int64_t>& numbers) {
  sha.Update({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(int64_t)});
}

}  // namespace

std::string DatasetSha256(const Dataset& dataset) {
  Sha256 sha;
  sha.Update(absl::StrCat("pleat.dataset.1 ", dataset.rows, " ", dataset.height, " ", dataset.width,
                          " ", dataset.channels, " labels ", dataset.labels.size(), " ids ",
                          dataset.ids.size(), " groups ", dataset.groups.size(), "\n"));
  sha.Update({reinterpret_cast<const char*>(dataset.pixels.data()), dataset.pixels.size()});
  AddNumbers(sha, dataset.labels);
  for (const std::string& id : dataset.ids) sha.Update(absl::StrCat(id.size(), ":", id));
  AddNumbers(sha, dataset.groups);
  return sha.FinishHex();
}

}  // namespace pleat
