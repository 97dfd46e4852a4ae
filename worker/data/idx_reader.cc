#include "worker/data/idx_reader.h"

#include <algorithm>
#include <array>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "worker/data/dataset_limits.h"
#include "worker/data/input_file.h"

namespace pleat {
namespace {

constexpr uint8_t kUnsignedByte = 0x08;
constexpr int64_t kPieceBytes = 16 << 20;

std::string ElementTypeName(uint8_t type) {
  switch (type) {
    case 0x09:
      return "signed bytes";
    case 0x0B:
      return "16-bit integers";
    case 0x0C:
      return "32-bit integers";
    case 0x0D:
      return "32-bit floats";
    case 0x0E:
      return "64-bit floats";
    default:
      return absl::StrFormat("unknown type 0x%02x", type);
  }
}

std::string KindName(int dimensions) {
  if (dimensions == 1) return "labels (magic 0x00000801)";
  if (dimensions == 3) return "images (magic 0x00000803)";
  return absl::StrCat("arrays of ", dimensions, " dimensions");
}

absl::Status CheckMagic(const std::string& path, const std::array<uint8_t, 4>& magic,
                        int dimensions) {
  const std::string found =
      absl::StrFormat("0x%02x%02x%02x%02x", magic[0], magic[1], magic[2], magic[3]);
  if (magic[0] != 0 || magic[1] != 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": not an IDX file: it begins with ",
                                                   found, " instead of two zero bytes"));
  }
  if (magic[2] != kUnsignedByte) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": holds ", ElementTypeName(magic[2]),
                                                   " (magic ", found,
                                                   "); only unsigned bytes (0x08) can be read"));
  }
  if (magic[3] != dimensions) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": holds ", KindName(magic[3]), " where ", KindName(dimensions),
                     " are expected; are images and labels swapped?"));
  }
  return absl::OkStatus();
}

// Reads exactly the header's sizes.
absl::StatusOr<std::vector<int64_t>> ReadShape(InputFile& file, int dimensions) {
  std::vector<uint8_t> bytes(4 * static_cast<size_t>(dimensions));
  PLEAT_ASSIGN_OR_RETURN(const size_t got, file.Read(bytes.data(), bytes.size()));
  if (got < bytes.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.path(), ": ends inside its header; fetch the file again"));
  }
  std::vector<int64_t> shape;
  for (size_t i = 0; i < bytes.size(); i += 4) {
    shape.push_back(int64_t{bytes[i]} << 24 | bytes[i + 1] << 16 | bytes[i + 2] << 8 |
                    bytes[i + 3]);
  }
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) {
    return absl::InvalidArgumentError(absl::StrCat(file.path(), ": its header announces no data (",
                                                   absl::StrJoin(shape, " x "),
                                                   "); name a file with rows"));
  }
  return shape;
}

// Memory grows with what is read, so that a header alone cannot claim gigabytes.
absl::StatusOr<std::vector<uint8_t>> ReadElements(InputFile& file, int64_t size,
                                                  const KeepGoing& keep_going) {
  std::vector<uint8_t> data;
  int64_t have = 0;
  while (have < size) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    const int64_t piece = std::min(size - have, kPieceBytes);
    data.resize(static_cast<size_t>(have + piece));
    PLEAT_ASSIGN_OR_RETURN(const size_t got,
                           file.Read(data.data() + have, static_cast<size_t>(piece)));
    have += static_cast<int64_t>(got);
    if (static_cast<int64_t>(got) < piece) break;
  }
  data.resize(static_cast<size_t>(have));
  return data;
}

}  // namespace

absl::StatusOr<IdxArray> ReadIdx(const std::string& path, int dimensions,
                                 const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(path));
  std::array<uint8_t, 4> magic{};
  PLEAT_ASSIGN_OR_RETURN(const size_t got, file.Read(magic.data(), magic.size()));
  if (got < magic.size()) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": not an IDX file: it has only ", got, " bytes"));
  }
  PLEAT_RETURN_IF_ERROR(CheckMagic(path, magic, dimensions));

  IdxArray array;
  PLEAT_ASSIGN_OR_RETURN(array.shape, ReadShape(file, dimensions));
  int64_t row_bytes = 1;
  for (size_t i = 1; i < array.shape.size(); ++i) {
    PLEAT_RETURN_IF_ERROR(CheckDatasetFits(path, row_bytes, array.shape[i]));
    row_bytes *= array.shape[i];
  }
  PLEAT_RETURN_IF_ERROR(CheckDatasetFits(path, array.shape[0], row_bytes));

  const int64_t size = array.shape[0] * row_bytes;
  PLEAT_ASSIGN_OR_RETURN(array.data, ReadElements(file, size, keep_going));
  if (static_cast<int64_t>(array.data.size()) < size) {
    return absl::InvalidArgumentError(absl::StrCat(
        path, ": truncated: its header announces ", absl::StrJoin(array.shape, " x "), " = ", size,
        " bytes, but ", array.data.size(), " follow; fetch the file again"));
  }
  char extra;
  PLEAT_ASSIGN_OR_RETURN(const size_t left_over, file.Read(&extra, 1));
  if (left_over != 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": bytes are left over after the ",
                                                   absl::StrJoin(array.shape, " x "),
                                                   " of its header; fetch the file again"));
  }
  return array;
}

absl::StatusOr<Dataset> ReadIdxDataset(const v1::IdxSource& source, const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(IdxArray images, ReadIdx(source.images(), 3, keep_going));
  Dataset dataset;
  dataset.rows = images.shape[0];
  dataset.height = images.shape[1];
  dataset.width = images.shape[2];
  dataset.pixels = std::move(images.data);
  if (source.labels().empty()) return dataset;

  PLEAT_ASSIGN_OR_RETURN(const IdxArray labels, ReadIdx(source.labels(), 1, keep_going));
  if (labels.shape[0] != dataset.rows) {
    return absl::InvalidArgumentError(
        absl::StrCat(source.images(), " holds ", dataset.rows, " images but ", source.labels(),
                     " holds ", labels.shape[0], " labels; name the two files of one set"));
  }
  dataset.labels.assign(labels.data.begin(), labels.data.end());
  return dataset;
}

}  // namespace pleat
