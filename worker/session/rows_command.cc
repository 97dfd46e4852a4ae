#include "worker/session/rows_command.h"

#include <google/protobuf/util/json_util.h>

#include <cstdio>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/divide_up.h"
#include "common/base/status_macros.h"
#include "worker/data/block_mean.h"
#include "worker/data/png_encoder.h"
#include "worker/data/shown_byte.h"
#include "worker/data/sweep_data.h"
#include "worker/exit_code.h"

namespace pleat {
namespace {

// Reports hold dozens of images and show them small.
constexpr int64_t kLargestSide = 256;

template <typename Spec>
absl::StatusOr<Spec> ParseSpec(const char* option, const std::string& json) {
  Spec spec;
  const auto status = google::protobuf::util::JsonStringToMessage(json, &spec);
  if (status.ok()) return spec;
  return absl::InvalidArgumentError(absl::StrCat(option, ": ", std::string(status.message())));
}

absl::StatusOr<std::string> RowPng(const Dataset& dataset, int64_t row, double scale) {
  const ImageShape shape = dataset.shape();
  const std::span image(dataset.row(row), static_cast<size_t>(shape.size()));
  const int64_t block = BlockSide(shape, kLargestSide);
  const int64_t height = DivideUp(shape.height, block);
  const int64_t width = DivideUp(shape.width, block);
  std::vector<uint8_t> pixels;
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t x = 0; x < width; ++x) {
      for (int64_t c = 0; c < shape.channels; ++c) {
        pixels.push_back(ShownByte(BlockMean(shape, image, block, y, x, c), scale));
      }
    }
  }
  return EncodePng(pixels, height, width, shape.channels);
}

absl::StatusOr<nlohmann::json> RowImages(const RowsOptions& options) {
  PLEAT_ASSIGN_OR_RETURN(const v1::DataSpec spec, ParseSpec<v1::DataSpec>("--data", options.data));
  PLEAT_ASSIGN_OR_RETURN(const v1::PredefinedSplitSpec predefined,
                         ParseSpec<v1::PredefinedSplitSpec>("--predefined", options.predefined));
  PLEAT_ASSIGN_OR_RETURN(const SweepData data, ReadSweepData(spec, predefined));
  nlohmann::json images = nlohmann::json::object();
  for (const std::string& wanted : options.rows) {
    const std::pair<std::string, std::string> parts =
        absl::StrSplit(wanted, absl::MaxSplits(':', 1));
    const Dataset* dataset = data.find(parts.first);
    int64_t row = 0;
    if (dataset == nullptr || !absl::SimpleAtoi(parts.second, &row) || row < 0 ||
        row >= dataset->rows) {
      return absl::InvalidArgumentError(absl::StrCat("--row ", wanted, ": there is no such row"));
    }
    PLEAT_ASSIGN_OR_RETURN(const std::string png, RowPng(*dataset, row, data.scale));
    images[parts.first]["sha256"] = dataset->sha256;
    images[parts.first]["rows"][parts.second] = absl::Base64Escape(png);
  }
  return images;
}

}  // namespace

int RunRowsCommand(const RowsOptions& options) {
  const absl::StatusOr<nlohmann::json> images = RowImages(options);
  if (images.ok()) {
    std::printf("%s\n", images->dump().c_str());
    return kDone;
  }
  std::fprintf(stderr, "%s\n", std::string(images.status().message()).c_str());
  return ExitCodeOf(images.status());
}

}  // namespace pleat
