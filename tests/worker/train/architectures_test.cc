// Folds of every architecture beside the one that the other tests train.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "common/store/store.h"
#include "tests/worker/model/model_samples.h"
#include "tests/worker/train/training_fixture.h"
#include "worker/train/fold_trainer.h"

namespace pleat {
namespace {

constexpr uint64_t kSteps = 9;

class ArchitecturesTest : public testing::Test {
 protected:
  FoldJob Job(const v1::ModelSpec& model, const std::string& folder) const {
    FoldJob job = SmallJob(dataset_, folder);
    *job.task.mutable_config()->mutable_model() = model;
    return job;
  }

  absl::StatusOr<v1::TrainFoldResult> Train(const FoldJob& job, ScriptedObserver& observer) {
    Group alone;
    return TrainFold(job, alone, *store_, observer);
  }

  const Dataset dataset_ = SmallDataset(50);
  const std::unique_ptr<Store> store_ = NewMemoryStore();
  const std::vector<v1::ModelSpec> models_ = {TinyResNet(0.2), TinySequential(), TinyPooled()};
};

TEST_F(ArchitecturesTest, LearnInBothPrecisions) {
  int folder = 0;
  for (const v1::ModelSpec& model : models_) {
    for (const char* precision : {"fp32", "fp64"}) {
      SCOPED_TRACE(model.ShortDebugString() + precision);
      FoldJob job = Job(model, std::to_string(++folder));
      job.task.mutable_config()->mutable_training()->set_precision(precision);
      job.task.mutable_config()->mutable_training()->set_epochs(12);
      ScriptedObserver observer;
      ASSERT_TRUE(Train(job, observer).ok());
      EXPECT_LT(observer.epochs[11].train_loss(), observer.epochs[0].train_loss());
    }
  }
}

TEST_F(ArchitecturesTest, ResumeChangesNoBit) {
  for (const v1::ModelSpec& model : models_) {
    SCOPED_TRACE(model.ShortDebugString());
    const std::string folder = std::to_string(&model - models_.data());
    ScriptedObserver undisturbed;
    const Outcome whole = OutcomeOf(Train(Job(model, folder), undisturbed).value(), *store_);
    for (const uint64_t stop : {uint64_t{1}, kSteps / 2}) {
      FoldJob job = Job(model, absl::StrCat(folder, "_first_", stop));
      ScriptedObserver stopping;
      stopping.next_action = [stop](uint64_t step) {
        return step == stop ? StepAction::kCheckpointAndStop : StepAction::kContinue;
      };
      EXPECT_EQ(Train(job, stopping).status().code(), absl::StatusCode::kCancelled);
      *job.task.mutable_resume_from() = stopping.checkpoints.back();
      job.folder = absl::StrCat(folder, "_second_", stop);
      ScriptedObserver going_on;
      EXPECT_EQ(OutcomeOf(Train(job, going_on).value(), *store_), whole) << stop;
    }
  }
}

TEST_F(ArchitecturesTest, RanksStayBitEqual) {
  for (const v1::ModelSpec& model : models_) {
    SCOPED_TRACE(model.ShortDebugString());
    const FoldJob job = Job(model, "unused");
    std::vector<at::Tensor> weights(2);
    RunGroup(2, [&](Group& group) {
      const FoldParts parts = PartsAfter(job, group, 6);
      weights[group.rank] = at::cat(
          {parts.model->parameters().values(), parts.model->parameters().statistic_values()});
    });
    EXPECT_TRUE(at::equal(weights[0], weights[1]));
  }
}

TEST_F(ArchitecturesTest, AreRefusedWithThePathWhereTheImagesAreTooSmall) {
  ScriptedObserver observer;
  const v1::ModelSpec model =
      ModelOf("sequential { layers { pool {} } layers { pool { size: 7 } } }");
  const absl::Status status = Train(Job(model, "refused"), observer).status();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(),
            "model.sequential[1].pool: windows of 7x7 do not fit inputs of 1x6x6");
}

}  // namespace
}  // namespace pleat
