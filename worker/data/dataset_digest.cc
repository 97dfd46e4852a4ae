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

template <typename T>
void AddNumbers(Sha256& sha, const std::vector<T>& numbers) {
  sha.Update({reinterpret_cast<const char*>(numbers.data()), numbers.size() * sizeof(T)});
}

void AddTexts(Sha256& sha, const std::vector<std::string>& texts) {
  for (const std::string& text : texts) sha.Update(absl::StrCat(text.size(), ":", text));
}

}  // namespace

absl::StatusOr<std::string> DatasetSha256(const Dataset& dataset, const KeepGoing& keep_going) {
  Sha256 sha;
  sha.Update(absl::StrCat("pleat.dataset.2 ", dataset.rows, " ", dataset.height, " ", dataset.width,
                          " ", dataset.channels, " labels ", dataset.labels.size(), " classes ",
                          dataset.class_names.size(), " ids ", dataset.ids.size(), " groups ",
                          dataset.groups.size(), " origins ", dataset.origins.size(), " folds ",
                          dataset.predefined_folds.size(), "\n"));
  const std::string_view pixels(reinterpret_cast<const char*>(dataset.pixels.data()),
                                dataset.pixels.size());
  for (size_t begin = 0; begin < pixels.size(); begin += kPieceBytes) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    sha.Update(pixels.substr(begin, kPieceBytes));
  }
  AddNumbers(sha, dataset.labels);
  AddTexts(sha, dataset.class_names);
  AddTexts(sha, dataset.ids);
  AddNumbers(sha, dataset.groups);
  AddTexts(sha, dataset.origins);
  AddNumbers(sha, dataset.origin_of_rows);
  AddNumbers(sha, dataset.predefined_folds);
  return sha.FinishHex();
}

}  // namespace pleat
