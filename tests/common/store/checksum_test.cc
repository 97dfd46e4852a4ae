#include "common/store/checksum.h"

#include <gtest/gtest.h>

namespace pleat {
namespace {

constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, GivesThePublishedAnswers) {
  EXPECT_EQ(Sha256Hex("abc"), kAbc);
  EXPECT_EQ(Sha256Hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  EXPECT_EQ(Sha256Raw("abc").substr(0, 2), "\xba\x78");
  EXPECT_EQ(Sha256Raw("abc").size(), 32u);
}

TEST(Sha256, DoesNotDependOnThePieces) {
  Sha256 sha256;
  sha256.Update("a");
  sha256.Update("");
  sha256.Update("bc");
  EXPECT_EQ(sha256.FinishHex(), kAbc);
}

TEST(Crc32, IsThatOfIeee8023) {
  EXPECT_EQ(Crc32(""), 0);
  EXPECT_EQ(Crc32("123456789"), 0xcbf43926);
}

}  // namespace
}  // namespace pleat
