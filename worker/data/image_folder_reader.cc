#include "worker/data/image_folder_reader.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "worker/data/dataset_limits.h"
#include "worker/data/image_channels.h"
#include "worker/data/image_folder_listing.h"
#include "worker/data/input_file.h"
#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

// Size of a folder's images, and whether any has colour.
struct FolderShape {
  int64_t height = 0;
  int64_t width = 0;
  bool has_colour = false;
};

// Up to `size` bytes from the start of a file.
absl::StatusOr<std::string> ReadStart(const std::string& path, size_t size) {
  PLEAT_ASSIGN_OR_RETURN(InputFile file, InputFile::Open(path));
  std::string bytes;
  size_t piece = std::min(size, size_t{64} << 10);
  while (bytes.size() < size) {
    const size_t have = bytes.size();
    bytes.resize(std::min(size, have + piece));
    PLEAT_ASSIGN_OR_RETURN(const size_t got, file.Read(bytes.data() + have, bytes.size() - have));
    if (have + got < bytes.size()) {
      bytes.resize(have + got);
      break;
    }
    piece *= 2;
  }
  return bytes;
}

absl::Status CheckSize(const ImageFile& file, int64_t height, int64_t width, const ImageFile& first,
                       const FolderShape& shape) {
  if (height == shape.height && width == shape.width) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "'", file.path, "' has ", height, "x", width, " pixels (height x width) but '", first.path,
      "' has ", shape.height, "x", shape.width, "; all images must have one size"));
}

absl::StatusOr<FolderShape> ReadHeaders(const std::vector<ImageFile>& files,
                                        const KeepGoing& keep_going) {
  FolderShape shape;
  for (const ImageFile& file : files) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    PLEAT_ASSIGN_OR_RETURN(const std::string start, ReadStart(file.path, kPngHeaderBytes));
    const absl::StatusOr<PngHeader> header = ParsePngHeader(start);
    if (!header.ok()) return Annotate(header.status(), file.path);
    if (shape.height == 0) shape = {header->height, header->width, false};
    PLEAT_RETURN_IF_ERROR(CheckSize(file, header->height, header->width, files.front(), shape));
    shape.has_colour |= header->has_colour;
  }
  return shape;
}

absl::StatusOr<int64_t> CountChannels(const std::string& channels, bool has_colour) {
  if (channels == "grey") return 1;
  if (channels == "rgb") return 3;
  if (channels == "auto" || channels.empty()) return has_colour ? 3 : 1;
  return absl::InvalidArgumentError(
      absl::StrCat("image_folder.channels: '", channels, "' is not one of auto, grey, rgb"));
}

absl::Status AppendImage(const ImageFile& file, const ImageFile& first, const FolderShape& shape,
                         Dataset& dataset) {
  PLEAT_ASSIGN_OR_RETURN(const std::string bytes, ReadStart(file.path, kMaxPngBytes + 1));
  if (bytes.size() > kMaxPngBytes) {
    return absl::InvalidArgumentError(absl::StrCat(file.path, ": longer than ", kMaxPngBytes >> 20,
                                                   " MiB; store the image anew, compressed"));
  }
  const absl::StatusOr<PngImage> image = DecodePng(bytes);
  if (!image.ok()) return Annotate(image.status(), file.path);
  // It may have been replaced since its header was read.
  PLEAT_RETURN_IF_ERROR(CheckSize(file, image->height, image->width, first, shape));
  AppendPixels(*image, dataset.channels, dataset.pixels);
  dataset.ids.push_back(file.id);
  if (file.label >= 0) dataset.labels.push_back(file.label);
  ++dataset.rows;
  return absl::OkStatus();
}

// True for "0", "1", "2" and so on, of which nothing need be kept.
bool AreTheirNumbers(const std::vector<std::string>& names) {
  for (size_t i = 0; i < names.size(); ++i) {
    if (names[i] != absl::StrCat(i)) return false;
  }
  return true;
}

}  // namespace

absl::StatusOr<Dataset> ReadImageFolder(const v1::ImageFolderSource& source, uint64_t limit,
                                        const KeepGoing& keep_going) {
  PLEAT_ASSIGN_OR_RETURN(ImageFolderListing listing, ListImageFolder(source.path(), keep_going));
  LimitFiles(limit, listing);
  const std::vector<ImageFile>& files = listing.files;
  PLEAT_ASSIGN_OR_RETURN(const FolderShape shape, ReadHeaders(files, keep_going));
  Dataset dataset;
  dataset.height = shape.height;
  dataset.width = shape.width;
  PLEAT_ASSIGN_OR_RETURN(dataset.channels, CountChannels(source.channels(), shape.has_colour));
  const int64_t image_bytes = shape.height * shape.width * dataset.channels;
  PLEAT_RETURN_IF_ERROR(
      CheckDatasetFits(source.path(), static_cast<int64_t>(files.size()), image_bytes));
  // Growing step by step would need the pixels' memory three times at once.
  dataset.pixels.reserve(files.size() * static_cast<size_t>(image_bytes));
  for (const ImageFile& file : files) {
    PLEAT_RETURN_IF_ERROR(keep_going());
    PLEAT_RETURN_IF_ERROR(AppendImage(file, files.front(), shape, dataset));
  }
  if (!AreTheirNumbers(listing.class_names)) dataset.class_names = std::move(listing.class_names);
  return dataset;
}

}  // namespace pleat
