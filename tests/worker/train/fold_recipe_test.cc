// What of a fold counts and what it learns from: best epochs, early ends, inputs, weights.
#include <algorithm>
#include <cstring>
#include <set>

#include "common/metrics/metrics.h"
#include "common/store/safetensors.h"
#include "tests/worker/train/fold_trainer_fixture.h"
#include "worker/data/channel_moments.h"

namespace pleat {
namespace {

class CheckpointPolicy : public FoldTrainerTest {
 protected:
  // Accuracy on few rows goes up and down.
  FoldJob UnsteadyJob(const std::string& policy) {
    FoldJob job = Job(policy);
    job.task.mutable_metric()->set_name("val_accuracy");
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_epochs(8);
    training.set_checkpoint(policy);
    training.mutable_optimizer()->mutable_adam_w()->set_lr(0.3);
    return job;
  }
};

TEST_F(CheckpointPolicy, BestKeepsTheBestEpochAndLastTheLast) {
  ScriptedObserver observer;
  const v1::TrainFoldResult best = Train(UnsteadyJob("best"), observer).value();
  uint32_t expected = 1;
  for (const v1::EpochMetrics& epoch : observer.epochs) {
    if (epoch.val_accuracy() > observer.epochs[expected - 1].val_accuracy()) {
      expected = epoch.epoch();
    }
  }
  ASSERT_LT(expected, 8u) << "the last epoch is the best: this training shows nothing";
  EXPECT_EQ(best.metrics().epoch(), expected);
  EXPECT_EQ(best.checkpoint().epoch(), expected);
  EXPECT_TRUE(Exists(best.checkpoint().weights()));
  std::vector<int64_t> labels;
  for (int64_t row = 1; row < kRows; row += 2) labels.push_back(dataset_.labels[row]);
  EXPECT_EQ(Accuracy(OofOf(best, *store_), labels, 3), best.metrics().val_accuracy());

  const v1::TrainFoldResult last = TrainUndisturbed(UnsteadyJob("last"));
  EXPECT_EQ(last.metrics().epoch(), 8u);
  EXPECT_EQ(last.checkpoint().epoch(), 8u);
}

TEST_F(CheckpointPolicy, BestFollowsTheMetricThatTheCheckpointNames) {
  std::set<uint32_t> best_epochs;
  for (const char* name : {"val_log_loss", "val_accuracy", "val_macro_precision", "val_ece"}) {
    FoldJob job = UnsteadyJob("best");
    job.folder = name;
    // Slower, so that the metrics come to disagree.
    job.task.mutable_config()->mutable_training()->mutable_optimizer()->mutable_adam_w()->set_lr(
        0.05);
    // What the search would call best is the worst epoch.
    job.task.mutable_metric()->set_goal("minimize");
    job.task.mutable_config()->mutable_training()->set_checkpoint_metric(name);
    v1::MetricSpec metric;
    metric.set_name(name);
    metric.set_goal("auto");
    const double sign = MetricIsMaximized(metric) ? 1 : -1;
    ScriptedObserver observer;
    const v1::TrainFoldResult result = Train(job, observer).value();
    const auto best = std::max_element(
        observer.epochs.begin(), observer.epochs.end(), [&](const auto& a, const auto& b) {
          return sign * MetricValue(metric, a) < sign * MetricValue(metric, b);
        });
    EXPECT_EQ(result.metrics().epoch(), best->epoch()) << name;
    best_epochs.insert(best->epoch());
  }
  EXPECT_GT(best_epochs.size(), 1u) << "all metrics agree: this training shows nothing";
}

class EarlyEnd : public FoldTrainerTest {
 protected:
  // Ends after the second epoch.
  FoldJob EarlyJob(const std::string& policy) {
    FoldJob job = Job(policy);
    v1::TrainingSpec& training = *job.task.mutable_config()->mutable_training();
    training.set_checkpoint(policy);
    training.set_checkpoint_epochs(10);
    training.mutable_early_stopping()->set_metric("val_loss");
    training.mutable_early_stopping()->set_patience(1);
    training.mutable_early_stopping()->set_min_delta(1000);
    return job;
  }
};

TEST_F(EarlyEnd, KeepsTheWeightsThatCount) {
  for (const char* policy : {"last", "best"}) {
    ScriptedObserver observer;
    const v1::TrainFoldResult result = Train(EarlyJob(policy), observer).value();
    EXPECT_EQ(observer.epochs.size(), 2u);
    EXPECT_EQ(observer.checkpoints.back().epoch(), 2u) << "the end is always saved";
    EXPECT_TRUE(Exists(result.checkpoint().weights()));
    if (policy == std::string("last")) {
      EXPECT_EQ(result.metrics().epoch(), 2u);
    }
    EXPECT_EQ(result.checkpoint().epoch(), result.metrics().epoch());
  }
}

class NormalizedInputs : public FoldTrainerTest {
 protected:
  static std::vector<double> TensorOf(const std::string& weights, const std::string& name) {
    const std::vector<SafeTensor> tensors = DecodeSafetensors(weights).value();
    for (const SafeTensor& tensor : tensors) {
      if (tensor.name != name) continue;
      std::vector<float> values(tensor.data.size() / sizeof(float));
      std::memcpy(values.data(), tensor.data.data(), tensor.data.size());
      return {values.begin(), values.end()};
    }
    return {};
  }
};

TEST_F(NormalizedInputs, AreByTheTrainingRowsAloneAndKeptWithTheWeights) {
  FoldJob job = Job();
  job.task.mutable_config()->mutable_training()->mutable_normalization()->mutable_standard();
  const Outcome outcome = OutcomeOf(TrainUndisturbed(job), *store_);
  std::vector<int64_t> rows;
  for (int64_t row = 0; row < kRows; row += 2) rows.push_back(row);
  const ChannelMoments moments = ChannelMomentsOf(dataset_, rows, job.scale);
  EXPECT_EQ(TensorOf(outcome.weights, "input.mean"),
            std::vector<double>{static_cast<float>(moments.mean[0])});
  EXPECT_EQ(TensorOf(outcome.weights, "input.deviation"),
            std::vector<double>{static_cast<float>(moments.deviation[0])});
  EXPECT_TRUE(
      TensorOf(OutcomeOf(TrainUndisturbed(Job("plain")), *store_).weights, "input.mean").empty());
}

TEST_F(FoldTrainerTest, ClassWeightsAndClippingChangeWhatIsLearned) {
  const Outcome plain = OutcomeOf(TrainUndisturbed(Job("plain")), *store_);
  FoldJob weighted = Job("weighted");
  v1::WeightValuesSpec& values = *weighted.task.mutable_config()
                                      ->mutable_training()
                                      ->mutable_class_weights()
                                      ->mutable_values();
  for (const double value : {1.0, 2.0, 5.0}) values.add_value(value);
  FoldJob clipped = Job("clipped");
  clipped.task.mutable_config()->mutable_training()->set_clip_gradient_norm(0.01);
  EXPECT_NE(OutcomeOf(TrainUndisturbed(weighted), *store_).weights, plain.weights);
  EXPECT_NE(OutcomeOf(TrainUndisturbed(clipped), *store_).weights, plain.weights);
  // A limit that no gradient reaches changes nothing.
  clipped.folder = "loose";
  clipped.task.mutable_config()->mutable_training()->set_clip_gradient_norm(1e6);
  EXPECT_EQ(OutcomeOf(TrainUndisturbed(clipped), *store_).weights, plain.weights);
}

}  // namespace
}  // namespace pleat
