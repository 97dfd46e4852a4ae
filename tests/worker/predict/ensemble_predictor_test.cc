#include "worker/predict/ensemble_predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/worker/predict/tiny_ensemble.h"
#include "worker/predict/predictor.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

std::vector<float> MemberPrediction(const EnsembleManifest& manifest, uint64_t key,
                                    const Dataset& dataset) {
  const std::string weights = TinyWeights(key);
  PredictorSpec spec;
  spec.config = TinyConfig();
  spec.weights = weights;
  spec.height = spec.width = kTinySide;
  spec.classes = kTinyClasses;
  spec.views = manifest.views;
  spec.blend = manifest.blend;
  std::vector<int64_t> rows(dataset.rows);
  for (int64_t i = 0; i < dataset.rows; ++i) rows[i] = i;
  Group alone;
  return *Predict(spec, dataset, rows, alone);
}

TEST(EnsemblePredictor, BlendsMembersByWeightBitForBit) {
  TinyEnsemble files;
  const Dataset dataset = TinyDigits(300);
  const auto ensemble = EnsemblePredictor::Open(files.folder());
  ASSERT_TRUE(ensemble.ok()) << ensemble.status();
  const auto blended = ensemble->Predict(dataset);
  ASSERT_TRUE(blended.ok()) << blended.status();
  const std::vector<float> first = MemberPrediction(ensemble->manifest(), 1, dataset);
  const std::vector<float> second = MemberPrediction(ensemble->manifest(), 2, dataset);
  ASSERT_EQ(blended->size(), first.size());
  for (size_t i = 0; i < first.size(); ++i) {
    ASSERT_EQ((*blended)[i], static_cast<float>((0.25 * first[i] + 0.75 * second[i]) / 1.0));
  }
}

TEST(EnsemblePredictor, BlendsLogitsIntoProbabilities) {
  TinyEnsemble files("mean_logit");
  const Dataset dataset = TinyDigits(20);
  const auto blended = EnsemblePredictor::Open(files.folder())->Predict(dataset);
  ASSERT_TRUE(blended.ok()) << blended.status();
  for (size_t begin = 0; begin < blended->size(); begin += kTinyClasses) {
    double sum = 0;
    for (size_t c = 0; c < kTinyClasses; ++c) sum += (*blended)[begin + c];
    EXPECT_NEAR(sum, 1, 1e-6);
  }
}

TEST(EnsemblePredictor, NamesTheFileThatIsDamaged) {
  TinyEnsemble files;
  files.Write("members/0000_1/weights.safetensors", TinyWeights(7));
  const auto blended = EnsemblePredictor::Open(files.folder())->Predict(TinyDigits(20));
  EXPECT_EQ(blended.status().code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(blended.status().message()),
              HasSubstr("members/0000_1/weights.safetensors"));
}

TEST(EnsemblePredictor, SaysThatAFolderIsNoEnsemble) {
  const auto ensemble = EnsemblePredictor::Open(testing::TempDir());
  EXPECT_EQ(ensemble.status().code(), absl::StatusCode::kNotFound);
  EXPECT_THAT(std::string(ensemble.status().message()), HasSubstr("manifest.json"));
}

}  // namespace
}  // namespace pleat
