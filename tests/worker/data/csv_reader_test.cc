#include "worker/data/csv_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "tests/worker/data/temp_files.h"

namespace pleat {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CsvReader : public testing::Test {
 protected:
  CsvReader() { source_.set_label_column("label"); }

  absl::StatusOr<Dataset> Read(const std::string& text) {
    source_.set_path(files_.Write("rows.csv", text));
    return ReadCsvDataset(source_, columns_, limit_);
  }
  std::string Error(const std::string& text) {
    const auto read = Read(text);
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument) << read.status();
    return std::string(read.status().message());
  }

  TempFiles files_;
  v1::CsvSource source_;
  RowColumns columns_;
  uint64_t limit_ = 0;
};

TEST_F(CsvReader, ReadsLabelsAndPixelsInColumnOrder) {
  const auto read = Read("pixel0,label,pixel1,pixel2,pixel3\n1,9,2,3,4\n255,0,0,0,7\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rows, 2);
  EXPECT_EQ(read->height, 2);
  EXPECT_EQ(read->width, 2);
  EXPECT_THAT(read->labels, ElementsAre(9, 0));
  EXPECT_THAT(read->pixels, ElementsAre(1, 2, 3, 4, 255, 0, 0, 7));
  EXPECT_THAT(read->ids, IsEmpty());
}

TEST_F(CsvReader, ReadsQuotesBlanksCrlfByteOrderMarkAndEmptyLastLines) {
  const auto read = Read("\xEF\xBB\xBF\"label\",p0\r\n\"3\", 7 \r\n4,\"008\"\r\n\r\n\r\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->labels, ElementsAre(3, 4));
  EXPECT_THAT(read->pixels, ElementsAre(7, 8));
}

TEST_F(CsvReader, ReadsALastLineWithoutNewline) {
  const auto read = Read("label,p\n1,2\n3,4");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rows, 2);
}

TEST_F(CsvReader, ReadsGzip) {
  source_.set_path(files_.WriteGzip("rows.csv.gz", "label,p\n1,2\n"));
  const auto read = ReadCsvDataset(source_, {}, 0);
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->pixels, ElementsAre(2));
}

TEST_F(CsvReader, ReadsIdsAndNumbersGroupsByFirstAppearance) {
  source_.set_id_column("id");
  columns_.group = "writer";
  const auto read = Read("id,writer,label,p\n\"a,\"\"1\",zoe,0,1\nb2,adam,1,2\nc3,zoe,2,3\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_THAT(read->ids, ElementsAre("a,\"1", "b2", "c3"));
  EXPECT_THAT(read->groups, ElementsAre(0, 1, 0));
  EXPECT_THAT(read->group_names, ElementsAre("zoe", "adam"));
}

TEST_F(CsvReader, StopsAtTheLimit) {
  limit_ = 1;
  const auto read = Read("label,p\n1,2\nnot,read\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rows, 1);
}

TEST_F(CsvReader, ReadsLinesLongerThanItsBuffer) {
  constexpr int kSide = 800;
  std::string header = "label";
  std::string row = "5";
  for (int i = 0; i < kSide * kSide; ++i) {
    header += ",p" + std::to_string(i);
    row += "," + std::to_string(i % 256);
  }
  const auto read = Read(header + "\n" + row + "\n" + row + "\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->rows, 2);
  EXPECT_EQ(read->width, kSide);
  EXPECT_EQ(read->pixels.back(), (kSide * kSide - 1) % 256);
}

TEST_F(CsvReader, NamesLineAndColumnOfBadValues) {
  EXPECT_THAT(Error("label,p0\n1,2\n1,x7\n"),
              HasSubstr("rows.csv:3: column 'p0': 'x7' is not a whole number from 0 to 255"));
  EXPECT_THAT(Error("label,p0\n1,\n"), HasSubstr("rows.csv:2: column 'p0': ''"));
  EXPECT_THAT(Error("label,p0\n1,1.5\n"), HasSubstr("'1.5' is not a whole number"));
  EXPECT_THAT(Error("label,p0\n1,256\n"), HasSubstr("column 'p0': 256 is out of range"));
  EXPECT_THAT(Error("label,p0\n1,-1\n"), HasSubstr("column 'p0': -1 is out of range"));
  EXPECT_THAT(Error("label,p0\n65536,1\n"), HasSubstr("column 'label': 65536 is out of range"));
  EXPECT_THAT(Error("label,p0\n1,\"2\n"), HasSubstr("rows.csv:2: column 'p0': a quote"));
}

TEST_F(CsvReader, RefusesRaggedRows) {
  EXPECT_THAT(Error("label,p0\n1,2\n1\n"),
              HasSubstr("rows.csv:3: the row has 1 fields, the header 2"));
  EXPECT_THAT(Error("label,p0\n1,2,3\n"), HasSubstr("rows.csv:2: the row has 3 fields"));
  EXPECT_THAT(Error("label,p0\n1,2,\n"), HasSubstr("rows.csv:2: the row has 3 fields"));
  EXPECT_THAT(Error("label,p0\n\n1,2\n"), HasSubstr("rows.csv:2: an empty line"));
}

TEST_F(CsvReader, RefusesMissingColumnsAndSuggestsSimilarOnes) {
  EXPECT_THAT(Error("Labels,p0\n1,2\n"), HasSubstr("did you mean 'Labels'?"));
  EXPECT_THAT(Error("target,p0\n1,2\n"), HasSubstr("no column 'label'"));
  source_.set_id_column("label");
  EXPECT_THAT(Error("label,p0\n1,2\n"), HasSubstr("another use"));
}

TEST_F(CsvReader, RefusesHeadersThatMakeNoImages) {
  EXPECT_THAT(Error(""), HasSubstr("empty"));
  EXPECT_THAT(Error("\n1,2\n"), HasSubstr("no header"));
  EXPECT_THAT(Error("label\n1\n"), HasSubstr("no pixel columns"));
  EXPECT_THAT(Error("label,p,p\n1,2,3\n"), HasSubstr("two columns are named 'p'"));
  EXPECT_THAT(Error("label,a,b,c\n1,2,3,4\n"), HasSubstr("3 pixel columns make no square image"));
  EXPECT_THAT(Error("label,p\n"), HasSubstr("no rows"));
  source_.set_height(2);
  EXPECT_THAT(Error("label,a,b,c\n1,2,3,4\n"), HasSubstr("image of height 2"));
}

TEST_F(CsvReader, RefusesWhatIsNoCsvFile) {
  EXPECT_THAT(Error(std::string("\0\0\10\3\0\0\0\1\n1,2\n", 13)),
              HasSubstr("rows.csv:1: not a CSV file of UTF-8 text ('?\??\??\??\?')"));
  EXPECT_THAT(Error("label;p\n1;2\n"), HasSubstr("fields must be separated by commas"));
  EXPECT_THAT(Error("label\tp\n1\t2\n"), HasSubstr("fields must be separated by commas"));
}

TEST_F(CsvReader, QuotesLongTextsInPart) {
  const std::string text(5 << 20, 'x');
  EXPECT_LT(Error(text + "," + text + "y\n1,2\n").size(), 1000u);
  EXPECT_LT(Error(text + "," + text + "\n1,2\n").size(), 1000u);
  EXPECT_LT(Error("label," + text + "\n1," + text + "\n").size(), 1000u);
}

TEST_F(CsvReader, MakesImagesOfTheGivenHeight) {
  source_.set_height(1);
  const auto read = Read("label,a,b,c\n1,2,3,4\n");
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->width, 3);
}

}  // namespace
}  // namespace pleat
