#include "worker/data/png_decoder.h"

#include <png.h>

#include <algorithm>
#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::string_view kHeaderChunk("\0\0\0\x0dIHDR", 8);
constexpr int kAllOtherChunks = -1;

// One decoding. libpng reports errors by a jump back to RunStep, so whatever needs a destructor is
// here, and not in the functions that the jump leaves.
struct Decoding {
  std::string_view bytes;
  size_t position = 0;
  png_structp png = nullptr;
  png_infop info = nullptr;
  PngImage image;
  std::vector<png_bytep> lines;
  char error[160] = "";

  explicit Decoding(std::string_view file) : bytes(file) {}
  ~Decoding() { png_destroy_read_struct(&png, &info, nullptr); }
  Decoding(const Decoding&) = delete;
  Decoding& operator=(const Decoding&) = delete;
};

[[noreturn]] void OnError(png_structp png, png_const_charp message) {
  auto& decoding = *static_cast<Decoding*>(png_get_error_ptr(png));
  std::strncpy(decoding.error, message, sizeof(decoding.error) - 1);
  png_longjmp(png, 1);
}

void OnWarning(png_structp, png_const_charp) {}

void TakeBytes(png_structp png, png_bytep out, size_t size) {
  auto& decoding = *static_cast<Decoding*>(png_get_io_ptr(png));
  if (size > decoding.bytes.size() - decoding.position) png_error(png, "the file is cut short");
  std::memcpy(out, decoding.bytes.data() + decoding.position, size);
  decoding.position += size;
}

// False if libpng found an error, which is then in `decoding.error`.
bool RunStep(Decoding& decoding, void (*step)(Decoding&)) {
  if (setjmp(png_jmpbuf(decoding.png)) != 0) return false;
  step(decoding);
  return true;
}

void ReadInfo(Decoding& decoding) {
  png_structp png = decoding.png;
  png_set_read_fn(png, &decoding, TakeBytes);
  png_set_user_limits(png, kMaxImagePixels, kMaxImagePixels);
  // Profiles, texts and the like are passed over unread: libpng makes room for as much of them as
  // they claim to be, which may be more than the file is.
  png_set_keep_unknown_chunks(png, PNG_HANDLE_CHUNK_NEVER, nullptr, kAllOtherChunks);
  png_read_info(png, decoding.info);
  // Transparent colours are told by samples as they stand, before these are spread or scaled.
  png_set_expand(png);
  png_set_scale_16(png);
  png_set_interlace_handling(png);
  png_read_update_info(png, decoding.info);
  decoding.image.height = png_get_image_height(png, decoding.info);
  decoding.image.width = png_get_image_width(png, decoding.info);
  decoding.image.channels = png_get_channels(png, decoding.info);
}

void ReadSamples(Decoding& decoding) {
  png_read_image(decoding.png, decoding.lines.data());
  png_read_end(decoding.png, nullptr);
}

void MakeRoom(Decoding& decoding) {
  const size_t line_bytes = png_get_rowbytes(decoding.png, decoding.info);
  decoding.image.samples.resize(line_bytes * static_cast<size_t>(decoding.image.height));
  for (int64_t y = 0; y < decoding.image.height; ++y) {
    decoding.lines.push_back(decoding.image.samples.data() + line_bytes * static_cast<size_t>(y));
  }
}

int64_t BigEndian(std::string_view bytes) {
  int64_t value = 0;
  for (const char byte : bytes) value = value << 8 | static_cast<uint8_t>(byte);
  return value;
}

absl::Status Damaged(absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat("a damaged PNG (", what, "); restore the file or remove it"));
}

}  // namespace

absl::StatusOr<PngHeader> ParsePngHeader(std::string_view bytes) {
  if (!bytes.starts_with(kSignature)) {
    return absl::InvalidArgumentError(
        "not a PNG file; only PNG images can be read: convert it, or move it elsewhere");
  }
  if (bytes.size() < kPngHeaderBytes) return Damaged("the file is cut short");
  if (bytes.substr(kSignature.size(), kHeaderChunk.size()) != kHeaderChunk) {
    return Damaged("it does not begin with an IHDR chunk");
  }
  PngHeader header;
  header.width = BigEndian(bytes.substr(16, 4));
  header.height = BigEndian(bytes.substr(20, 4));
  header.has_colour = (bytes[25] & PNG_COLOR_MASK_COLOR) != 0;
  if (header.width == 0 || header.height == 0) return Damaged("it has no pixels");
  if (header.width > kMaxImagePixels / header.height) {
    return absl::InvalidArgumentError(absl::StrCat("an image of ", header.height, "x", header.width,
                                                   ", but images may have at most ",
                                                   kMaxImagePixels, " pixels; make it smaller"));
  }
  return header;
}

absl::StatusOr<PngImage> DecodePng(std::string_view bytes) {
  PLEAT_RETURN_IF_ERROR(ParsePngHeader(bytes).status());
  Decoding decoding(bytes);
  decoding.png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &decoding, OnError, OnWarning);
  if (decoding.png != nullptr) decoding.info = png_create_info_struct(decoding.png);
  if (decoding.info == nullptr) return absl::ResourceExhaustedError("out of memory for a PNG");
  if (!RunStep(decoding, ReadInfo)) return Damaged(decoding.error);
  MakeRoom(decoding);
  if (!RunStep(decoding, ReadSamples)) return Damaged(decoding.error);
  return std::move(decoding.image);
}

}  // namespace pleat
