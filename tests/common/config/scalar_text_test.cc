#include "common/config/scalar_text.h"

#include <gtest/gtest.h>

#include <string>

#include "proto/sweep.pb.h"

namespace pleat {
namespace {

using google::protobuf::FieldDescriptor;

const FieldDescriptor& Field(const google::protobuf::Descriptor* message, const char* name) {
  return *message->FindFieldByName(name);
}
const FieldDescriptor& Epochs() { return Field(v1::TrainingSpec::descriptor(), "epochs"); }
const FieldDescriptor& Priority() { return Field(v1::SweepSpec::descriptor(), "priority"); }
const FieldDescriptor& Lr() { return Field(v1::SgdSpec::descriptor(), "lr"); }
const FieldDescriptor& Nesterov() { return Field(v1::SgdSpec::descriptor(), "nesterov"); }
const FieldDescriptor& Seed() { return Field(v1::TrainingSpec::descriptor(), "seed"); }

// The problem with a text, in type or range; empty if there is none.
std::string ProblemWith(const FieldDescriptor& field, const std::string& text) {
  const absl::StatusOr<ScalarValue> value = ParseScalar(field, text, /*quoted=*/false);
  if (!value.ok()) return std::string(value.status().message());
  return std::string(CheckScalar(field, *value).message());
}

TEST(ScalarText, ReadsWholeNumbersStrictly) {
  EXPECT_EQ(ParseScalar(Epochs(), "10", false).value(), ScalarValue(uint64_t{10}));
  EXPECT_EQ(ParseScalar(Priority(), "-7", false).value(), ScalarValue(int64_t{-7}));
  EXPECT_EQ(ParseScalar(Seed(), "18446744073709551615", false).value(), ScalarValue(UINT64_MAX));
  EXPECT_EQ(ProblemWith(Epochs(), "abc"), "\"abc\" is not a whole number");
  EXPECT_EQ(ProblemWith(Epochs(), "010"), "\"010\" has a leading zero; remove it");
  EXPECT_EQ(ProblemWith(Epochs(), "1e3"), "\"1e3\" is not a whole number; write 1000");
  EXPECT_EQ(ProblemWith(Epochs(), "3.0"), "\"3.0\" is not a whole number; write 3");
  EXPECT_EQ(ProblemWith(Epochs(), "3.5"), "\"3.5\" is not a whole number");
  EXPECT_EQ(ProblemWith(Epochs(), "0x10"), "\"0x10\" is not a whole number");
  EXPECT_EQ(ProblemWith(Epochs(), "-"), "\"-\" is not a whole number");
  EXPECT_EQ(ProblemWith(Epochs(), ""), "\"\" is not a whole number");
}

TEST(ScalarText, SaysTheRange) {
  EXPECT_EQ(ProblemWith(Epochs(), "0"), "0 is out of range: it must be from 1 to 100000 (epochs)");
  EXPECT_EQ(ProblemWith(Epochs(), "-1"),
            "-1 is out of range: it must be from 1 to 100000 (epochs)");
  EXPECT_EQ(ProblemWith(Priority(), "1001"), "1001 is out of range: it must be from -1000 to 1000");
  EXPECT_EQ(ProblemWith(Seed(), "-1"), "-1 is out of range: it must be at least 0");
  EXPECT_EQ(ProblemWith(Seed(), std::string(40, '9')),
            "the number is out of range: it must be at least 0");
  EXPECT_EQ(ProblemWith(Lr(), "0"), "0 is out of range: it must be more than 0 and at most 1000");
}

TEST(ScalarText, ReadsFiniteRealsOnly) {
  EXPECT_EQ(ParseScalar(Lr(), "3.0e-4", false).value(), ScalarValue(3e-4));
  EXPECT_EQ(ParseScalar(Lr(), "1", false).value(), ScalarValue(1.0));
  EXPECT_EQ(ProblemWith(Lr(), ".inf"), "\".inf\" is not a finite number");
  EXPECT_EQ(ProblemWith(Lr(), "-inf"), "\"-inf\" is not a finite number");
  EXPECT_EQ(ProblemWith(Lr(), ".NaN"), "\".NaN\" is not a finite number");
  EXPECT_EQ(ProblemWith(Lr(), "nan"), "\"nan\" is not a number");
  EXPECT_EQ(ProblemWith(Lr(), "1e999"), "\"1e999\" does not fit into a double");
  EXPECT_EQ(ProblemWith(Lr(), "0.1.2"), "\"0.1.2\" is not a number");
  EXPECT_EQ(ProblemWith(Lr(), "010"), "\"010\" has a leading zero; remove it");
}

TEST(ScalarText, ReadsTrueAndFalseOnly) {
  EXPECT_EQ(ParseScalar(Nesterov(), "true", false).value(), ScalarValue(true));
  EXPECT_EQ(ProblemWith(Nesterov(), "yes"), "\"yes\" is not true or false; write true");
  EXPECT_EQ(ProblemWith(Nesterov(), "Off"), "\"Off\" is not true or false; write false");
  EXPECT_EQ(ProblemWith(Nesterov(), "1"), "\"1\" is not true or false");
}

TEST(ScalarText, TakesQuotedTextForTextOnly) {
  EXPECT_EQ(ParseScalar(Epochs(), "3", /*quoted=*/true).status().message(),
            "\"3\" in quotes is text; expected a whole number, without quotes");
  const FieldDescriptor& column = Field(v1::CsvSource::descriptor(), "label_column");
  EXPECT_EQ(ParseScalar(column, "010", false).value(), ScalarValue(std::string("010")));
}

TEST(ScalarText, ChecksTextByItsRules) {
  const FieldDescriptor& precision = Field(v1::TrainingSpec::descriptor(), "precision");
  EXPECT_EQ(ProblemWith(precision, "fp23"),
            "\"fp23\" is not one of fp32, fp64; did you mean \"fp32\"?");
  const FieldDescriptor& name = Field(v1::SweepSpec::descriptor(), "name");
  EXPECT_EQ(ProblemWith(name, "a_b.c-9"), "");
  EXPECT_EQ(ProblemWith(name, "../up").substr(0, 22), "\"../up\" is not a name:");
  const FieldDescriptor& root = Field(v1::DataSpec::descriptor(), "root");
  EXPECT_EQ(ProblemWith(root, ""), "an empty path; name a file or folder");
}

TEST(ScalarText, WritesTheShortestTextThatReadsBack) {
  EXPECT_EQ(ScalarText(0.0001), "0.0001");
  EXPECT_EQ(ScalarText(1000000.0), "1000000");
  EXPECT_EQ(ScalarText(0.1 + 0.2), "0.30000000000000004");
  EXPECT_EQ(ScalarText(false), "false");
  EXPECT_EQ(ScalarText(UINT64_MAX), "18446744073709551615");
}

TEST(ScalarText, CutsAndEscapesWhatItQuotes) {
  EXPECT_EQ(QuoteForMessage("a\nb"), "\"a\\nb\"");
  EXPECT_EQ(QuoteForMessage(std::string(100, 'x')), "\"" + std::string(60, 'x') + "…\"");
}

}  // namespace
}  // namespace pleat
