// PNG images, as they are and with the checksums of their chunks put right, behind which the
// decoder lies.
#include "tests/fuzz/fuzz_target.h"
#include "tests/worker/data/png_bytes.h"
#include "worker/data/png_decoder.h"

namespace pleat {
namespace {

void Decode(std::string_view input) {
  const absl::StatusOr<PngHeader> header = ParsePngHeader(input);
  // Large ones only take time.
  if (header.ok() && header->height * header->width > (1 << 16)) return;
  const absl::StatusOr<PngImage> image = DecodePng(input);
  if (!image.ok()) return Require(!image.status().message().empty(), "a refusal says why");
  Require(header.ok() && header->height == image->height && header->width == image->width,
          "the header holds");
  Require(
      image->samples.size() == static_cast<size_t>(image->height * image->width * image->channels),
      "each sample is there");
}

void DecodePngAnyhow(std::string_view input) {
  Decode(input);
  std::string mended(input);
  WriteChunkSums(mended);
  Decode(mended);
}

const RegisteredTarget kPngTarget({.name = "png", .run = DecodePngAnyhow});

}  // namespace
}  // namespace pleat
