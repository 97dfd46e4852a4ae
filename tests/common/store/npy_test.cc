#include "common/store/npy.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"
#include "tests/reference/fixture.h"

namespace pleat {
namespace {

template <typename T>
void ExpectSameAsNumpy(const nlohmann::json& expected) {
  const std::string file = absl::HexStringToBytes(expected["file"].get<std::string>());
  const auto shape = expected["shape"].get<std::vector<uint64_t>>();
  const auto values = expected["values"].get<std::vector<T>>();
  EXPECT_EQ(EncodeNpy<T>(shape, values), file);
  const auto array = DecodeNpy<T>(file);
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->shape, shape);
  EXPECT_EQ(array->data, values);
}

TEST(Npy, HasTheBytesThatNumpyWrites) {
  const nlohmann::json fixture = ReadFixture("numpy.json");
  ASSERT_FALSE(fixture["npy"].empty());
  for (const nlohmann::json& expected : fixture["npy"]) {
    SCOPED_TRACE(expected["shape"].dump());
    const std::string dtype = expected["dtype"].get<std::string>();
    if (dtype == "<f4") ExpectSameAsNumpy<float>(expected);
    if (dtype == "<f8") ExpectSameAsNumpy<double>(expected);
    if (dtype == "<i4") ExpectSameAsNumpy<int32_t>(expected);
    if (dtype == "<i8") ExpectSameAsNumpy<int64_t>(expected);
    if (dtype == "|u1") ExpectSameAsNumpy<uint8_t>(expected);
  }
}

// A version 1.0 file with this header.
std::string WithHeader(const std::string& header, const std::string& data = "") {
  return std::string("\x93NUMPY\x01\x00", 8) + static_cast<char>(header.size() & 0xff) +
         static_cast<char>(header.size() >> 8) + header + data;
}

TEST(Npy, TakesOtherSpacingAndOrder) {
  const auto array =
      DecodeNpy<uint8_t>(WithHeader("{'shape':(2,),'descr':'|u1','fortran_order':False}\n", "ab"));
  ASSERT_TRUE(array.ok()) << array.status();
  EXPECT_EQ(array->data, (std::vector<uint8_t>{'a', 'b'}));
}

TEST(Npy, RefusesWhatIsNotOne) {
  for (const char* header :
       {"", "{", "{}", "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), } x",
        "{'descr': '|u1', 'fortran_order': True, 'shape': (2,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (-2,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': 2, }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (99999999999999999999,), }",
        "{'descr': '|u1', 'descr': '|u1', 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '|u1', 'fortran_order': False, 'shape': (2,), 'more': 'x', }",
        "{'descr': [('x', '|u1')], 'fortran_order': False, 'shape': (2,), }",
        "{'descr': '<u2', 'fortran_order': False, 'shape': (1,), }"}) {
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeNpy<uint8_t>(WithHeader(header, "ab")).status()))
        << header;
  }
  EXPECT_FALSE(DecodeNpy<uint8_t>("").ok());
  EXPECT_FALSE(DecodeNpy<uint8_t>("\x93NUMPY\x02").ok());
}

TEST(Npy, RefusesEveryTruncationAndBytesLeftOver) {
  const std::string file = EncodeNpy<float>(std::vector<uint64_t>{2}, std::vector<float>{1, 2});
  for (size_t size = 0; size < file.size(); ++size) {
    EXPECT_TRUE(absl::IsInvalidArgument(DecodeNpy<float>(file.substr(0, size)).status())) << size;
  }
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeNpy<float>(file + "x").status()));
}

TEST(Npy, RefusesAnotherTypeAndAShapeThatOverflows) {
  const std::string file = EncodeNpy<float>(std::vector<uint64_t>{1}, std::vector<float>{1});
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeNpy<int32_t>(file).status()));
  const std::string huge =
      WithHeader("{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4), }\n");
  EXPECT_TRUE(absl::IsInvalidArgument(DecodeNpy<float>(huge).status()));
}

}  // namespace
}  // namespace pleat
