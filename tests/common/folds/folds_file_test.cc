#include "common/folds/folds_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/store/npy.h"

namespace pleat {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class FoldsFile : public testing::Test {
 protected:
  v1::Artifact Write(const std::string& bytes) { return store_->Write("folds.npy", bytes).value(); }

  // Refused, as the assignment of two rows.
  void ExpectDamaged(const std::string& bytes, const std::string& message) {
    const auto folds = ReadFolds(*store_, Write(bytes), 2);
    EXPECT_TRUE(absl::IsDataLoss(folds.status())) << folds.status();
    EXPECT_THAT(std::string(folds.status().message()), HasSubstr(message));
  }

  std::unique_ptr<Store> store_ = NewMemoryStore();
};

TEST_F(FoldsFile, HasOneDimensionForOneRepeat) {
  const std::string bytes = EncodeFolds({.repeats = 1, .fold_of_row = {0, -1, 1}});
  EXPECT_THAT(DecodeNpy<int32_t>(bytes)->shape, ElementsAre(3));
  const auto folds = ReadFolds(*store_, Write(bytes), 3);
  ASSERT_TRUE(folds.ok()) << folds.status();
  EXPECT_EQ(folds->repeats, 1u);
  EXPECT_THAT(folds->ValidationRows(1), ElementsAre(2));
  EXPECT_THAT(folds->TrainingRows(1), ElementsAre(0, 1));
}

TEST_F(FoldsFile, HasTwoForSeveral) {
  const std::string bytes = EncodeFolds({.repeats = 2, .fold_of_row = {0, 3, 1, 3, 1, 2}});
  EXPECT_THAT(DecodeNpy<int32_t>(bytes)->shape, ElementsAre(3, 2));
  const auto folds = ReadFolds(*store_, Write(bytes), 3);
  ASSERT_TRUE(folds.ok()) << folds.status();
  EXPECT_EQ(folds->repeats, 2u);
  EXPECT_THAT(folds->ValidationRows(3), ElementsAre(0, 1));
  EXPECT_THAT(folds->RowsOfFolds(),
              ElementsAre(ElementsAre(0), ElementsAre(1, 2), ElementsAre(2), ElementsAre(0, 1)));
}

TEST_F(FoldsFile, OfOtherRowsIsRefusedWithItsPath) {
  ExpectDamaged(EncodeFolds({.repeats = 1, .fold_of_row = {0, 1, 1}}), "folds.npy: shape is [3]");
}

TEST_F(FoldsFile, WithFoldsThatCannotBeIsRefused) {
  ExpectDamaged(EncodeFolds({.repeats = 1, .fold_of_row = {0, -2}}), "a row is in fold -2");
}

TEST_F(FoldsFile, WithMoreFoldsThanThereMayBeIsRefused) {
  ExpectDamaged(EncodeFolds({.repeats = 1, .fold_of_row = {0, kMostFolds}}), "fold 1000");
}

TEST_F(FoldsFile, OfAnotherTypeIsRefused) {
  const uint64_t shape[] = {2};
  ExpectDamaged(EncodeNpy<int64_t>(shape, std::vector<int64_t>{0, 1}), "folds.npy: ");
}

}  // namespace
}  // namespace pleat
