#include "common/store/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>

#include "absl/strings/escaping.h"
#include "tests/reference/fixture.h"

namespace pleat {
namespace {

std::string FileWithHeader(const std::string& header, const std::string& data = "") {
  const uint64_t length = header.size();
  std::string bytes(8, '\0');
  std::memcpy(bytes.data(), &length, 8);
  return bytes + header + data;
}

TEST(Safetensors, RoundTripsTensorsInOrder) {
  const std::string weights(8, 'w');
  const std::vector<SafeTensor> tensors = {{"z.weight", "F32", {1, 2}, weights},
                                           {"empty", "F64", {0, 3}, ""},
                                           {"a.steps", "U8", {3}, "123"}};
  const std::string file = EncodeSafetensors(tensors, {{"epoch", "3"}});
  uint64_t header = 0;
  std::memcpy(&header, file.data(), 8);
  EXPECT_EQ(header % 8, 0u);
  const auto decoded = DecodeSafetensors(file);
  ASSERT_TRUE(decoded.ok()) << decoded.status();
  ASSERT_EQ(decoded->size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ((*decoded)[i].name, tensors[i].name);
    EXPECT_EQ((*decoded)[i].dtype, tensors[i].dtype);
    EXPECT_EQ((*decoded)[i].shape, tensors[i].shape);
    EXPECT_EQ((*decoded)[i].data, tensors[i].data);
  }
}

TEST(Safetensors, ReadsAFileOfTheReferenceLibrary) {
  const nlohmann::json fixture = ReadFixture("numpy.json");
  const std::string file = absl::HexStringToBytes(fixture["safetensors"].get<std::string>());
  const auto tensors = DecodeSafetensors(file);
  ASSERT_TRUE(tensors.ok()) << tensors.status();
  ASSERT_EQ(tensors->size(), 2u);
  for (const SafeTensor& tensor : *tensors) {
    if (tensor.name == "steps") {
      EXPECT_EQ(tensor.dtype, "I64");
      EXPECT_EQ(tensor.data, std::string("\x07\0\0\0\0\0\0\0", 8));
    } else {
      EXPECT_EQ(tensor.name, "weight");
      EXPECT_EQ(tensor.shape, (std::vector<uint64_t>{1, 2}));
      float values[2];
      std::memcpy(values, tensor.data.data(), sizeof(values));
      EXPECT_EQ(values[0], 1.5f);
      EXPECT_EQ(values[1], -2.0f);
    }
  }
}

TEST(Safetensors, RefusesEveryTruncationAndBytesLeftOver) {
  const std::string file = EncodeSafetensors({{"a", "U8", {3}, "123"}});
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeSafetensors(file.substr(0, size)).status())) << size;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeSafetensors(file + "x").status()));
}

TEST(Safetensors, RefusesWhatIsNotOne) {
  for (
      const char* header :
      {"", "[]", "{", " {}", R"({"a":1})", R"({"__metadata__":{"a":1}})",
       R"({"a":{"dtype":"U8","shape":[2]}})",
       R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"more":1}})",
       R"({"a":{"dtype":"BF16","shape":[1],"data_offsets":[0,2]}})",
       R"({"a":{"dtype":"U8","shape":[3],"data_offsets":[0,2]}})",
       R"({"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}})",
       R"({"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}})",
       R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}})",
       R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}})",
       R"({"a":{"dtype":"F64","shape":[2305843009213693952],"data_offsets":[0,0]}})",
       R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})",
       R"({"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
       R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeSafetensors(FileWithHeader(header, "ab")).status()))
        << header;
  }
}

TEST(Safetensors, RefusesAHeaderLongerThanTheFile) {
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeSafetensors(std::string(8, '\xff')).status()));
}

}  // namespace
}  // namespace pleat
