#include "coordinator/service/early_ends.h"

#include <gtest/gtest.h>

#include "coordinator/service/explain.h"

namespace pleat {
namespace {

constexpr char kTask[] = "train/0002/1";

// A sweep of 30 epochs whose folds end after three without progress, and its trial 2.
class EarlyEndsTest : public testing::Test {
 protected:
  EarlyEndsTest() {
    v1::TrainingSpec& training =
        *submitted_.mutable_sweep_submitted()->mutable_spec()->mutable_training();
    training.set_epochs(30);
    training.mutable_early_stopping()->set_metric("val_loss");
    training.mutable_early_stopping()->set_patience(3);
    added_.mutable_trial_added()->set_trial(2);
  }

  void Begin() {
    ends_.Follow(submitted_);
    ends_.Follow(added_);
  }

  void Report(uint32_t epoch) {
    v1::JournalRecord record;
    record.mutable_epoch_reported()->set_task(kTask);
    record.mutable_epoch_reported()->mutable_metrics()->set_epoch(epoch);
    ends_.Follow(record);
  }

  v1::JournalRecord submitted_;
  v1::JournalRecord added_;
  EarlyEnds ends_;
};

TEST_F(EarlyEndsTest, SayWhereAndWhy) {
  Begin();
  for (uint32_t epoch = 1; epoch <= 5; ++epoch) Report(epoch);
  ASSERT_TRUE(ends_.Of(kTask));
  EXPECT_EQ(ends_.Of(kTask)->what, "ended early after epoch 5 of 30");
  EXPECT_EQ(ends_.Of(kTask)->why, "val_loss made no progress for 3 epochs");
  EXPECT_FALSE(ends_.Of("train/0002/0"));
  EXPECT_FALSE(ends_.Of("predict/0002/1"));
  EXPECT_FALSE(ends_.Of("prepare"));
}

TEST_F(EarlyEndsTest, AreNoneAfterTheLastEpoch) {
  Begin();
  Report(29);
  EXPECT_TRUE(ends_.Of(kTask));
  Report(30);
  EXPECT_FALSE(ends_.Of(kTask));
}

TEST_F(EarlyEndsTest, GoByWhatTheTrialWasToDo) {
  v1::ParameterValue& epochs = *added_.mutable_trial_added()->add_parameters();
  epochs.set_path("training.epochs");
  epochs.set_value("5");
  v1::ParameterValue& patience = *added_.mutable_trial_added()->add_parameters();
  patience.set_path("training.early_stopping.patience");
  patience.set_value("0");
  Begin();
  Report(4);
  EXPECT_EQ(ends_.Of(kTask)->what, "ended early after epoch 4 of 5");
  EXPECT_EQ(ends_.Of(kTask)->why, "val_loss made no progress for 1 epoch");
  Report(5);
  EXPECT_FALSE(ends_.Of(kTask));
}

TEST_F(EarlyEndsTest, AreNoneWithoutEarlyStopping) {
  submitted_.mutable_sweep_submitted()->mutable_spec()->mutable_training()->clear_early_stopping();
  Begin();
  Report(5);
  EXPECT_FALSE(ends_.Of(kTask));
}

TEST_F(EarlyEndsTest, AreExplainedBeforeTheWeightsThatAFoldBeganWith) {
  Begin();
  Report(5);
  v1::JournalRecord record;
  v1::TaskCompleted& completed = *record.mutable_task_completed();
  completed.set_task(kTask);
  completed.set_attempt(2);
  for (const char* name : {"stem.weight", "stem.bias"}) {
    completed.mutable_result()->mutable_train_fold()->mutable_transfer()->add_taken(name);
  }
  const auto decision = ExplainRecord(record, v1::ExplainRequest(), ends_);
  EXPECT_EQ(decision->decision(), "done by attempt 2, ended early after epoch 5 of 30");
  EXPECT_EQ(decision->reason(),
            "val_loss made no progress for 3 epochs; took 2 tensors of earlier weights");
}

}  // namespace
}  // namespace pleat
