#include "worker/predict/predictor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>
#include <thread>
#include <vector>

#include "tests/worker/predict/tiny_models.h"
#include "worker/distributed/local_communicator.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;
using ::testing::Pointwise;

class Predictor : public testing::Test {
 protected:
  Predictor() : weights_(TinyWeights(1)), dataset_(TinyDigits(600)) {
    spec_.config = TinyConfig();
    spec_.weights = weights_;
    spec_.height = spec_.width = kTinySide;
    spec_.classes = kTinyClasses;
  }

  std::vector<float> PredictRows(const std::vector<int64_t>& rows) {
    Group alone;
    const auto predictions = Predict(spec_, dataset_, rows, alone);
    EXPECT_TRUE(predictions.ok()) << predictions.status();
    return *predictions;
  }
  static std::vector<int64_t> Range(int64_t begin, int64_t end) {
    std::vector<int64_t> rows(end - begin);
    std::iota(rows.begin(), rows.end(), begin);
    return rows;
  }
  static v1::View Shifted(double shift) {
    v1::View view;
    view.set_shift_x(shift);
    view.set_scale(1);
    return view;
  }

  std::string weights_;
  Dataset dataset_;
  PredictorSpec spec_;
};

TEST_F(Predictor, GivesProbabilities) {
  const std::vector<float> predictions = PredictRows(Range(0, 600));
  ASSERT_EQ(predictions.size(), 600u * kTinyClasses);
  for (size_t begin = 0; begin < predictions.size(); begin += kTinyClasses) {
    EXPECT_NEAR(std::accumulate(&predictions[begin], &predictions[begin] + kTinyClasses, 0.0), 1,
                1e-5);
  }
}

TEST_F(Predictor, DoesNotDependOnWhichRowsAreAskedForTogether) {
  const std::vector<float> all = PredictRows(Range(0, 600));
  for (const auto& [begin, end] : {std::pair(0, 1), std::pair(250, 263), std::pair(599, 600)}) {
    const std::vector<float> some = PredictRows(Range(begin, end));
    EXPECT_EQ(some, std::vector<float>(&all[begin * kTinyClasses], &all[end * kTinyClasses]));
  }
  EXPECT_TRUE(PredictRows({}).empty());
}

TEST_F(Predictor, DoesNotDependOnTheNumberOfRanks) {
  const std::vector<float> alone = PredictRows(Range(0, 600));
  for (const int size : {2, 5}) {
    auto channels = MakeLocalCommunicators(size, 30000);
    std::vector<absl::StatusOr<std::vector<float>>> results(size);
    std::vector<std::thread> ranks;
    for (int rank = 0; rank < size; ++rank) {
      ranks.emplace_back([&, rank] {
        Group group{rank, size, nullptr, nullptr, std::move(channels[rank])};
        results[rank] = Predict(spec_, dataset_, Range(0, 600), group);
      });
    }
    for (std::thread& rank : ranks) rank.join();
    ASSERT_TRUE(results[0].ok()) << results[0].status();
    EXPECT_EQ(*results[0], alone);
    ASSERT_TRUE(results[1].ok());
    EXPECT_TRUE(results[1]->empty());
  }
}

TEST_F(Predictor, CanBeStoppedBetweenChunksAndLayers) {
  int asked = 0;
  Group alone;
  ASSERT_TRUE(Predict(spec_, dataset_, Range(0, 600), alone, [&] {
                ++asked;
                return absl::OkStatus();
              }).ok());
  EXPECT_GT(asked, 3) << "600 rows are three chunks";
  for (int stop = 1; stop <= asked; ++stop) {
    int calls = 0;
    const auto stopped = Predict(spec_, dataset_, Range(0, 600), alone, [&] {
      return ++calls == stop ? absl::CancelledError("enough") : absl::OkStatus();
    });
    EXPECT_EQ(stopped.status(), absl::CancelledError("enough"));
    EXPECT_EQ(calls, stop);
  }
}

TEST_F(Predictor, AllRanksStopWithRankZeroAndStayInStep) {
  auto channels = MakeLocalCommunicators(2, 30000);
  const std::vector<float> whole = PredictRows(Range(0, 600));
  std::vector<std::thread> ranks;
  for (int rank = 0; rank < 2; ++rank) {
    ranks.emplace_back([&, rank] {
      Group group{rank, 2, nullptr, nullptr, std::move(channels[rank])};
      int calls = 0;
      const auto stop = [&] {
        return ++calls == 2 ? absl::CancelledError("enough") : absl::OkStatus();
      };
      EXPECT_EQ(Predict(spec_, dataset_, Range(0, 600), group, stop).status(),
                absl::CancelledError("enough"));
      const auto again = Predict(spec_, dataset_, Range(0, 600), group);
      ASSERT_TRUE(again.ok()) << again.status();
      EXPECT_EQ(*again, rank == 0 ? whole : std::vector<float>());
    });
  }
  for (std::thread& rank : ranks) rank.join();
}

TEST_F(Predictor, AllRanksHearOfOneThatCannotBegin) {
  auto channels = MakeLocalCommunicators(2, 30000);
  std::vector<std::thread> ranks;
  for (int rank = 0; rank < 2; ++rank) {
    ranks.emplace_back([&, rank] {
      Group group{rank, 2, nullptr, nullptr, std::move(channels[rank])};
      PredictorSpec spec = spec_;
      if (rank == 1) spec.weights = "damaged";
      EXPECT_FALSE(Predict(spec, dataset_, Range(0, 600), group).ok());
      EXPECT_TRUE(group.control->Barrier().ok());
    });
  }
  for (std::thread& rank : ranks) rank.join();
}

TEST_F(Predictor, AveragesProbabilitiesOverViews) {
  const std::vector<float> plain = PredictRows(Range(0, 20));
  spec_.views = {Shifted(0.25)};
  const std::vector<float> shifted = PredictRows(Range(0, 20));
  EXPECT_NE(plain, shifted);
  v1::View identity;
  identity.set_identity(true);
  spec_.views = {identity, Shifted(0.25)};
  std::vector<float> mean(plain.size());
  for (size_t i = 0; i < mean.size(); ++i) mean[i] = (plain[i] + shifted[i]) / 2;
  EXPECT_THAT(PredictRows(Range(0, 20)), Pointwise(testing::FloatNear(1e-6), mean));
}

TEST_F(Predictor, DrawsForEachRowByItsNumberAlone) {
  v1::View view;
  v1::ShiftScaleRotateSpec& limits = *view.add_transforms()->mutable_shift_scale_rotate();
  limits.set_shift(0.3);
  limits.set_rotate_degrees(40);
  view.set_key(5);
  spec_.views = {view};
  // Two rows with the same pixels.
  std::copy_n(dataset_.row(0), dataset_.shape().size(),
              dataset_.pixels.begin() + dataset_.shape().size());
  const auto of_row = [](const std::vector<float>& all, size_t row) {
    return std::vector<float>(&all[row * kTinyClasses], &all[(row + 1) * kTinyClasses]);
  };
  const std::vector<float> alike = PredictRows(Range(0, 300));
  EXPECT_EQ(of_row(alike, 0), of_row(alike, 1));
  spec_.views[0].set_per_row(true);
  const std::vector<float> apart = PredictRows(Range(0, 300));
  EXPECT_EQ(of_row(apart, 0), of_row(alike, 0));
  EXPECT_NE(of_row(apart, 0), of_row(apart, 1));
  EXPECT_EQ(of_row(apart, 299), PredictRows({299}));
}

TEST_F(Predictor, RefusesViewsThatTheImagesCannotTake) {
  v1::View view;
  view.add_transforms()->mutable_random_crop()->set_height(kTinySide + 1);
  spec_.views = {view};
  Group alone;
  const auto predictions = Predict(spec_, dataset_, Range(0, 1), alone);
  EXPECT_EQ(predictions.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(predictions.status().message()),
              HasSubstr("transforms[0].random_crop.height: a window of 13 pixels"));
}

TEST_F(Predictor, GivesLogitsForMeanLogit) {
  const std::vector<float> probabilities = PredictRows({3});
  spec_.blend = Blend::kMeanLogit;
  const std::vector<float> logits = PredictRows({3});
  double sum = 0;
  for (const float logit : logits) sum += std::exp(double{logit});
  for (size_t c = 0; c < logits.size(); ++c) {
    EXPECT_NEAR(std::exp(double{logits[c]}) / sum, probabilities[c], 1e-6);
  }
}

TEST_F(Predictor, NormalizesByTheNumbersThatLieWithTheWeights) {
  const std::vector<float> plain = PredictRows(Range(0, 20));
  *spec_.config.mutable_training()->mutable_normalization()->mutable_standard() = {};
  const auto weights_by = [&](double mean, double deviation) {
    const auto model =
        MakeModel(spec_.config.model(), {1, kTinySide, kTinySide, kTinyClasses},
                  /*key=*/1, at::kFloat, at::kCPU, spec_.config.training().normalization())
            .value();
    model->input_normalization()->Set({&mean, 1}, {&deviation, 1});
    return model->parameters().ToSafetensors();
  };
  const std::string neutral = weights_by(0, 1);
  spec_.weights = neutral;
  EXPECT_EQ(PredictRows(Range(0, 20)), plain);
  const std::string standard = weights_by(0.5, 0.25);
  spec_.weights = standard;
  const std::vector<float> normalized = PredictRows(Range(0, 20));
  EXPECT_NE(normalized, plain);
  // (x / s - 0.5) / 0.25 = (x - s / 2) / (s / 4).
  spec_.scale /= 2;
  const std::string same = weights_by(1, 0.5);
  spec_.weights = same;
  EXPECT_THAT(PredictRows(Range(0, 20)), Pointwise(testing::FloatNear(1e-5), normalized));
}

TEST_F(Predictor, RefusesRowsOfAnotherShape) {
  spec_.height = 28;
  Group alone;
  const auto predictions = Predict(spec_, dataset_, Range(0, 1), alone);
  EXPECT_EQ(predictions.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(std::string(predictions.status().message()), HasSubstr("12x12x1"));
}

TEST_F(Predictor, RefusesWeightsOfAnotherNetwork) {
  spec_.config.mutable_model()->mutable_mlp()->set_hidden(0, 9);
  Group alone;
  EXPECT_EQ(Predict(spec_, dataset_, Range(0, 1), alone).status().code(),
            absl::StatusCode::kInvalidArgument);
}

}  // namespace
}  // namespace pleat
