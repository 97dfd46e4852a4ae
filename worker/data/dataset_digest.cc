#include "worker/data/dataset_digest.h"

#include <bit>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/store/checksum.h"

namespace pleat {
namespace {

static_assert(std::endian::native == std::endian::little, "numbers are hashed as they lie");

constexpr size_t kPieceBytes = 16 << 20;

void AddNumbers(Sha256& sha, const std::vector<int64_t>& numbers) {
  sha.Update({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(int64_t)});
}

}  // namespace

absl::StatusOr<std::string> DatasetSha256(const Dataset& dataset, const KeepGoing& keep_going) {
  Sha256 sha;
  sha.Update(absl::StrCat("pleat.dataset.1 ", dataset.rows, " ", dataset.height, " ", dataset.width,
                          " ", dataset.channels, " labels ", dataset.labels.size(), " ids ",
                          dataset.ids.size(), " groups ", dataset.groups.size(), "\n"));
  const std::string_view pixels(reinterpret_cast<const char*>(dataset.pixels.data()),
                                dataset.pixels.size());
  for (size_t begin = 0; begin < pixels.size(); begin += kPieceBytes) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    sha.Update(pixels.substr(begin, kPieceBytes));
  }
  AddNumbers(sha, dataset.labels);
  for (const std::string& id : dataset.ids) sha.Update(absl::StrCat(id.size(), ":", id));
  AddNumbers(sha, dataset.groups);
  return sha.FinishHex();
}

}  // namespace pleat
