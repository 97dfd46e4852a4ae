#include "coordinator/service/explain_call.h"

#include <gmock/gmock.h>

#include "tests/coordinator/journal/wrapped_journal.h"
#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

// A journal whose every sweep has the same records.
class SameJournal final : public WrappedJournal {
 public:
  explicit SameJournal(std::vector<v1::JournalRecord> records) : records_(std::move(records)) {
    for (size_t i = 0; i < records_.size(); ++i) records_[i].set_sequence(i + 1);
  }

  absl::Status ReplayFrom(uint64_t, const ApplyRecord&) override { return absl::OkStatus(); }
  absl::Status Commit(std::span<const v1::JournalRecord>) override { return absl::OkStatus(); }
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string&, uint64_t from,
                                                      size_t limit) override {
    const size_t begin = std::min<size_t>(std::max<uint64_t>(from, 1) - 1, records_.size());
    const size_t count = std::min(limit, records_.size() - begin);
    return std::vector(records_.begin() + begin, records_.begin() + begin + count);
  }

 private:
  std::vector<v1::JournalRecord> records_;
};

class ExplainCallTest : public ServiceFixture {
 protected:
  grpc::Status ExplainFold(uint32_t trial, uint32_t fold) {
    grpc::ClientContext context;
    v1::ExplainRequest request;
    request.set_name("a");
    request.set_trial(trial);
    request.set_fold(fold);
    v1::ExplainResponse response;
    return sweeps->Explain(&context, request, &response);
  }

  // Of a sweep with that many decisions, each about a trial.
  v1::ExplainResponse Explain(uint32_t decisions) {
    std::vector<v1::JournalRecord> records(decisions);
    for (uint32_t i = 0; i < decisions; ++i) records[i].mutable_trial_cancelled()->set_trial(i);
    journal = std::make_unique<SameJournal>(std::move(records));
    StartCoordinator();
    EXPECT_TRUE(Submit("a").ok());
    grpc::ClientContext context;
    v1::ExplainRequest request;
    request.set_name("a");
    v1::ExplainResponse response;
    EXPECT_TRUE(sweeps->Explain(&context, request, &response).ok());
    return response;
  }
};

TEST_F(ExplainCallTest, TellsAllThatFits) {
  const v1::ExplainResponse response = Explain(ExplainCall::kMostDecisions);
  EXPECT_EQ(response.decisions_size(), ExplainCall::kMostDecisions);
  EXPECT_EQ(response.omitted(), 0u);
}

TEST_F(ExplainCallTest, TellsTheNewestAndHowManyItLeavesOut) {
  const v1::ExplainResponse response = Explain(ExplainCall::kMostDecisions + 345);
  ASSERT_EQ(response.decisions_size(), ExplainCall::kMostDecisions);
  EXPECT_EQ(response.decisions(0).sequence(), 346u);
  EXPECT_EQ(response.omitted(), 345u);
}

TEST_F(ExplainCallTest, TellsWhichFoldsEndedEarlyAndWhy) {
  std::vector<v1::JournalRecord> records(4);
  v1::TrainingSpec& training =
      *records[0].mutable_sweep_submitted()->mutable_spec()->mutable_training();
  training.set_epochs(30);
  training.mutable_early_stopping()->set_metric("val_loss");
  training.mutable_early_stopping()->set_patience(3);
  records[1].mutable_trial_added();
  records[2].mutable_epoch_reported()->set_task("train/0000/1");
  records[2].mutable_epoch_reported()->mutable_metrics()->set_epoch(5);
  records[3].mutable_task_completed()->set_task("train/0000/1");
  journal = std::make_unique<SameJournal>(std::move(records));
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  grpc::ClientContext context;
  v1::ExplainRequest request;
  request.set_name("a");
  request.set_fold(1);
  v1::ExplainResponse response;
  ASSERT_TRUE(sweeps->Explain(&context, request, &response).ok());
  ASSERT_EQ(response.decisions_size(), 1);
  EXPECT_THAT(response.decisions(0).decision(),
              testing::HasSubstr("ended early after epoch 5 of 30"));
  EXPECT_EQ(response.decisions(0).reason(), "val_loss made no progress for 3 epochs");
}

TEST_F(ExplainCallTest, RefusesTrialsAndFoldsThatNeverComeToBe) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  EXPECT_TRUE(ExplainFold(0, 1).ok());
  EXPECT_EQ(ExplainFold(2, 0).error_code(), grpc::StatusCode::NOT_FOUND);
  const grpc::Status status = ExplainFold(0, 2);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "sweep 'a' has no fold 2; it has 2, counted from 0");
}

TEST_F(ExplainCallTest, CountsTrialsThatWereAdded) {
  v1::JournalRecord submitted, extended;
  submitted.mutable_sweep_submitted();
  extended.mutable_sweep_extended()->set_trials(4);
  journal = std::make_unique<SameJournal>(std::vector{submitted, extended});
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  EXPECT_TRUE(ExplainFold(3, 0).ok());
  EXPECT_EQ(ExplainFold(4, 0).error_message(),
            "sweep 'a' has no trial 4; it has 4, counted from 0");
}

TEST_F(ExplainCallTest, CountsFoldsThatOnlyTheDataTell) {
  v1::JournalRecord assigned;
  for (int fold = 0; fold < 3; ++fold) assigned.mutable_folds_assigned()->add_rows(10);
  journal = std::make_unique<SameJournal>(std::vector{assigned});
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  EXPECT_TRUE(ExplainFold(0, 2).ok());
  EXPECT_EQ(ExplainFold(0, 3).error_message(), "sweep 'a' has no fold 3; it has 3, counted from 0");
}

}  // namespace
}  // namespace pleat
