#include "worker/data/png_decoder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "common/base/philox.h"
#include "tests/reference/fixture.h"
#include "tests/worker/data/png_bytes.h"
#include "worker/data/image_channels.h"

namespace pleat {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string Error(const std::string& bytes) {
  const auto image = DecodePng(bytes);
  EXPECT_TRUE(absl::IsInvalidArgument(image.status())) << image.status();
  return std::string(image.status().message());
}

TEST(PngDecoder, GivesThePixelsThatPillowGives) {
  const nlohmann::json fixture = ReadFixture("png.json");
  EXPECT_GT(fixture.size(), 30u);
  for (const nlohmann::json& one : fixture) {
    std::string bytes;
    ASSERT_TRUE(absl::Base64Unescape(one["png"].get<std::string>(), &bytes));
    const auto image = DecodePng(bytes);
    ASSERT_TRUE(image.ok()) << one["name"] << ": " << image.status();
    EXPECT_EQ(image->height, one["height"].get<int64_t>());
    EXPECT_EQ(image->width, one["width"].get<int64_t>());
    for (const auto& [name, channels] : {std::pair("grey", 1), std::pair("rgb", 3)}) {
      std::vector<uint8_t> pixels;
      AppendPixels(*image, channels, pixels);
      EXPECT_EQ(pixels, one[name].get<std::vector<uint8_t>>()) << one["name"] << " as " << name;
    }
  }
}

TEST(PngDecoder, KeepsSamplesOfEightBits) {
  const auto image = DecodePng(PngBytes(1, 2, 2, "\x01\x80\xff\x07"));
  ASSERT_TRUE(image.ok()) << image.status();
  EXPECT_EQ(image->channels, 2);
  EXPECT_THAT(image->samples, ElementsAre(1, 128, 255, 7));
}

TEST(PngDecoder, ToldWhatAFileIsThatIsNone) {
  EXPECT_THAT(Error(""), HasSubstr("not a PNG file"));
  EXPECT_THAT(Error("GIF89a and so on"), HasSubstr("not a PNG file"));
  EXPECT_THAT(Error("\x89PNG\r\n\x1a\n"), HasSubstr("cut short"));
  EXPECT_THAT(Error("\x89PNG\r\n\x1a\n" + PngChunk("IDAT", std::string(13, 'x'))),
              HasSubstr("IHDR"));
  EXPECT_THAT(Error(GreyPng(0, 4, 0)), HasSubstr("no pixels"));
}

TEST(PngDecoder, RefusesHugeImagesByTheirHeader) {
  EXPECT_THAT(Error(PngBytes(0x7fffffff, 0x7fffffff, 4, "")),
              AllOf(HasSubstr("2147483647x2147483647"), HasSubstr("16777216 pixels")));
  EXPECT_THAT(Error(PngBytes(4096, 4097, 1, "")), HasSubstr("4096x4097"));
}

TEST(PngDecoder, RefusesEveryBeginningOfAFile) {
  const std::string png = PngBytes(3, 4, 3, std::string(36, 'p'));
  ASSERT_TRUE(DecodePng(png).ok());
  for (size_t size = 0; size < png.size(); ++size) {
    EXPECT_TRUE(absl::IsInvalidArgument(DecodePng(png.substr(0, size)).status())) << size;
  }
}

TEST(PngDecoder, RefusesTooFewLinesAndDamagedOnes) {
  EXPECT_THAT(Error(PngBytes(4, 4, 1, "12345678")), HasSubstr("damaged PNG"));
  std::string png = GreyPng(4, 4, 9);
  png[png.size() - 20] ^= 1;  // in the compressed lines
  EXPECT_THAT(Error(png), HasSubstr("damaged PNG"));
}

// Any bytes give an image or an error; under ASan and UBSan, nothing else happens either.
TEST(PngDecoder, SurvivesFilesWithRandomlyChangedBytes) {
  const nlohmann::json fixture = ReadFixture("png.json");
  int decoded = 0, refused = 0;
  for (size_t i = 0; i < fixture.size(); ++i) {
    std::string bytes;
    ASSERT_TRUE(absl::Base64Unescape(fixture[i]["png"].get<std::string>(), &bytes));
    for (uint32_t round = 0; round < 60; ++round) {
      RandomStream random(i, RandomPurpose::kSearch, round);
      std::string changed = bytes;
      for (uint32_t change = 0; change <= round % 3; ++change) {
        changed[random.NextBelow(changed.size())] = static_cast<char>(random.NextUint32());
      }
      // Most changes would be found by the sums of their chunks.
      if (round % 4 != 0) WriteChunkSums(changed);
      const auto image = DecodePng(changed);
      ++(image.ok() ? decoded : refused);
      if (!image.ok()) continue;
      EXPECT_EQ(int64_t(image->samples.size()), image->height * image->width * image->channels);
    }
  }
  EXPECT_GT(decoded, 100);
  EXPECT_GT(refused, 100);
}

}  // namespace
}  // namespace pleat
