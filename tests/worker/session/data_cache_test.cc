#include "worker/session/data_cache.h"

#include <gtest/gtest.h>

#include <fstream>

namespace pleat {
namespace {

v1::DataSpec Digits(uint64_t seed) {
  v1::DataSpec spec;
  auto* digits = spec.mutable_train()->mutable_synthetic_digits();
  digits->set_samples(40);
  digits->set_writers(4);
  digits->set_seed(seed);
  digits->set_size(12);
  return spec;
}

google::protobuf::RepeatedPtrField<v1::DatasetInfo> Prepared(const SweepData& data) {
  google::protobuf::RepeatedPtrField<v1::DatasetInfo> infos;
  for (const auto& [split, dataset] : data.splits) {
    v1::DatasetInfo* info = infos.Add();
    info->set_split(split);
    info->set_data_sha256(dataset.sha256);
  }
  return infos;
}

TEST(DataCache, KeepsTheDataOfTheSameSpec) {
  DataCache cache("");
  const auto first = cache.Get(Digits(1), {});
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(*first, *cache.Get(Digits(1), {}));
  const auto other = cache.Get(Digits(2), {});
  ASSERT_TRUE(other.ok());
  EXPECT_NE((*first)->find("train")->sha256, (*other)->find("train")->sha256);
}

TEST(DataCache, ReadsFilesAnewForEverySweepThatIsPrepared) {
  const std::string path = testing::TempDir() + "/changing.csv";
  v1::DataSpec spec;
  spec.mutable_train()->mutable_csv()->set_path(path);
  spec.mutable_train()->mutable_csv()->set_label_column("label");
  DataCache cache("");
  for (const int rows : {3, 2}) {
    std::ofstream file(path);
    file << "label,pixel0\n";
    for (int row = 0; row < rows; ++row) file << row % 2 << ",7\n";
    file.close();
    const auto data = cache.Read(spec, {});
    ASSERT_TRUE(data.ok()) << data.status();
    EXPECT_EQ((*data)->find("train")->rows, rows);
  }
}

TEST(DataCache, RefusesDataThatChangedSinceItWasPrepared) {
  DataCache cache("");
  auto infos = Prepared(**cache.Get(Digits(1), {}));
  EXPECT_TRUE(cache.GetChecked(Digits(1), {}, infos).ok());
  infos[0].set_data_sha256(std::string(64, '0'));
  const auto changed = cache.GetChecked(Digits(1), {}, infos);
  EXPECT_TRUE(absl::IsFailedPrecondition(changed.status()));
  EXPECT_NE(changed.status().message().find("train"), std::string::npos);
}

}  // namespace
}  // namespace pleat
