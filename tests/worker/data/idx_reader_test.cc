#include "worker/data/idx_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/worker/data/temp_files.h"

namespace pleat {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// Bytes of an IDX file.
std::string Idx(char type, const std::vector<uint8_t>& sizes, std::string_view data) {
  std::string bytes = {0, 0, type, static_cast<char>(sizes.size())};
  for (const uint8_t size : sizes) bytes += {0, 0, 0, static_cast<char>(size)};
  return bytes.append(data);
}

class IdxReader : public testing::Test {
 protected:
  std::string Error(const std::string& bytes, int dimensions = 3) {
    const auto read = ReadIdx(files_.Write("data.idx", bytes), dimensions);
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument) << read.status();
    EXPECT_THAT(std::string(read.status().message()), HasSubstr(files_.Path("data.idx")));
    return std::string(read.status().message());
  }

  TempFiles files_;
};

TEST_F(IdxReader, ReadsImagesRowByRow) {
  const auto read = ReadIdx(files_.Write("x", Idx(8, {2, 1, 3}, "abcdef")), 3);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->shape, ElementsAre(2, 1, 3));
  EXPECT_THAT(read->data, ElementsAre('a', 'b', 'c', 'd', 'e', 'f'));
}

TEST_F(IdxReader, ReadsGzippedFilesWhateverTheirName) {
  const auto read = ReadIdx(files_.WriteGzip("x", Idx(8, {3}, "\1\2\3")), 1);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->data, ElementsAre(1, 2, 3));
}

TEST_F(IdxReader, NamesFilesThatAreMissing) {
  const auto read = ReadIdx(files_.Path("absent.gz"), 3);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(read.status().message()),
              AllOf(HasSubstr("absent.gz"), HasSubstr("No such file")));
}

TEST_F(IdxReader, RefusesFolders) {
  const auto read = ReadIdx(files_.Path(""), 3);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(IdxReader, RefusesOtherFormats) {
  EXPECT_THAT(Error("label,pixel0\n1,2\n"), HasSubstr("not an IDX file"));
  EXPECT_THAT(Error(""), HasSubstr("only 0 bytes"));
  EXPECT_THAT(Error(Idx(0x0D, {1, 1, 1}, "aaaa")), HasSubstr("32-bit floats"));
}

TEST_F(IdxReader, SaysThatImagesAndLabelsMayBeSwapped) {
  EXPECT_THAT(Error(Idx(8, {3}, "abc"), 3), AllOf(HasSubstr("holds labels"), HasSubstr("swapped")));
  EXPECT_THAT(Error(Idx(8, {1, 1, 1}, "a"), 1), HasSubstr("holds images"));
}

TEST_F(IdxReader, RefusesTruncationAtEveryByte) {
  const std::string whole = Idx(8, {2, 2, 2}, "abcdefgh");
  for (size_t size = 0; size < whole.size(); ++size) Error(whole.substr(0, size));
  EXPECT_THAT(Error(whole.substr(0, whole.size() - 1)),
              AllOf(HasSubstr("2 x 2 x 2 = 8 bytes"), HasSubstr("7 follow")));
}

TEST_F(IdxReader, RefusesTruncatedGzip) {
  const std::string path = files_.WriteGzip("x.gz", Idx(8, {200, 4, 4}, std::string(3200, 'x')));
  std::filesystem::resize_file(path, std::filesystem::file_size(path) - 9);
  const auto read = ReadIdx(path, 3);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument) << read.status();
  EXPECT_THAT(std::string(read.status().message()), HasSubstr("gzip"));
}

TEST_F(IdxReader, RefusesBytesLeftOver) {
  EXPECT_THAT(Error(Idx(8, {1, 1, 2}, "abc")), HasSubstr("left over"));
}

TEST_F(IdxReader, RefusesFilesWithoutRows) {
  EXPECT_THAT(Error(Idx(8, {0, 2, 2}, "")), HasSubstr("no data (0 x 2 x 2)"));
}

TEST_F(IdxReader, RefusesSizesThatDoNotFit) {
  const std::string header("\0\0\x08\x03\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 16);
  const auto read = ReadIdx(files_.Write("x", header), 3);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kResourceExhausted) << read.status();
}

TEST_F(IdxReader, RefusesLabelsOfAnotherLength) {
  v1::IdxSource source;
  source.set_images(files_.Write("images", Idx(8, {2, 1, 1}, "ab")));
  source.set_labels(files_.Write("labels", Idx(8, {3}, "\1\2\3")));
  const auto read = ReadIdxDataset(source);
  EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(read.status().message()),
              AllOf(HasSubstr("2 images"), HasSubstr("3 labels")));
}

}  // namespace
}  // namespace pleat
