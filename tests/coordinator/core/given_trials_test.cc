// Sweeps whose trials come from outside.
#include "coordinator/core/given_trials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "coordinator/schedule/scheduler.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

constexpr char kLr[] = "training.optimizer.adam_w.lr";

v1::SweepSpec ExternalSweep(uint32_t max_trials, uint32_t in_flight) {
  v1::SweepSpec spec = SmallSweep("a", 9, 2);
  spec.mutable_search()->mutable_method()->mutable_external();
  spec.mutable_search()->set_max_trials(max_trials);
  spec.mutable_resources()->set_max_concurrent_trials(in_flight);
  return spec;
}

class GivenTrialsTest : public testing::Test {
 protected:
  void Begin(const v1::SweepSpec& spec) {
    core_.Register("w");
    ASSERT_TRUE(core_.Submit(spec).ok());
    core_.Prepare("w");
  }

  v1::AddTrialRequest RequestOf(const std::string& lr) {
    v1::AddTrialRequest request;
    request.set_request_id(core_.NextId());
    request.set_name("a");
    v1::ParameterValue& value = *request.add_parameters();
    value.set_path(kLr);
    value.set_value(lr);
    return request;
  }

  // The trial's number; the error is that of the reply.
  absl::StatusOr<uint32_t> Add(const v1::AddTrialRequest& request) {
    const Reply reply = core_.Ask(request);
    if (!reply.status.ok()) return reply.status;
    return std::get<v1::AddTrialResponse>(reply.response).trial();
  }
  absl::StatusOr<uint32_t> Add(const std::string& lr) { return Add(RequestOf(lr)); }

  absl::StatusOr<uint32_t> FinishSearch() {
    v1::FinishSearchRequest request;
    request.set_request_id(core_.NextId());
    request.set_name("a");
    const Reply reply = core_.Ask(request);
    if (!reply.status.ok()) return reply.status;
    return std::get<v1::FinishSearchResponse>(reply.response).trials();
  }

  void TrainAll() {
    for (v1::AcquireTaskResponse task = core_.Acquire("w");
         task.has_lease() && task.lease().task().has_train_fold(); task = core_.Acquire("w")) {
      ASSERT_TRUE(core_.Complete(task.lease()).ok());
    }
  }

  std::string Phase() { return core_.Get("a").summary().phase(); }

  CoreHarness core_;
};

TEST_F(GivenTrialsTest, TrainsTrialsAsTheyCome) {
  Begin(ExternalSweep(3, 8));
  EXPECT_TRUE(core_.sweep("a").trials.empty());
  EXPECT_EQ(Add("2e-4").value(), 0u);
  EXPECT_EQ(Add("5e-4").value(), 1u);
  ASSERT_EQ(core_.sweep("a").trials.size(), 2u);
  const v1::TrialConfig& config = core_.sweep("a").trials[1].config;
  EXPECT_EQ(config.training().optimizer().adam_w().lr(), 5e-4);
  TrainAll();
  EXPECT_EQ(core_.sweep("a").trials_ended, 2u);
  EXPECT_FALSE(core_.sweep("a").AllTrialsEnded()) << "there may be a third";
  EXPECT_EQ(Add("1e-4").value(), 2u);
  core_.Finish("a", "w");
  EXPECT_EQ(core_.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
}

TEST_F(GivenTrialsTest, EndsWhenTheClientSaysThatNoMoreCome) {
  Begin(ExternalSweep(100, 8));
  ASSERT_TRUE(Add("2e-4").ok());
  EXPECT_EQ(FinishSearch().value(), 1u);
  EXPECT_EQ(FinishSearch().value(), 1u) << "again";
  EXPECT_THAT(Add("3e-4").status().message(), HasSubstr("was finished after 1 trials"));
  EXPECT_EQ(core_.Get("a").search_finished().trials(), 1u);
  core_.Restart();
  core_.Register("w");
  core_.Finish("a", "w");
  EXPECT_EQ(core_.sweep("a").ended->state(), v1::SWEEP_STATE_FINISHED);
  EXPECT_EQ(FinishSearch().value(), 1u) << "of a sweep that has ended";
  EXPECT_TRUE(absl::IsFailedPrecondition(Add("3e-4").status()));
}

TEST_F(GivenTrialsTest, KeepsTrialsUntilThereIsAPlace) {
  core_.Register("w");
  ASSERT_TRUE(core_.Submit(ExternalSweep(9, 2)).ok());
  for (uint32_t i = 0; i < 4; ++i) EXPECT_EQ(Add(absl::StrCat(i + 1, "e-4")).value(), i);
  EXPECT_TRUE(core_.sweep("a").trials.empty()) << "the folds are not cut";
  core_.Restart();
  core_.Register("w");
  core_.Prepare("w");
  EXPECT_EQ(core_.sweep("a").trials.size(), 2u) << "max_concurrent_trials";
  for (int fold = 0; fold < 2; ++fold) ASSERT_TRUE(core_.Complete(core_.Acquire("w").lease()).ok());
  EXPECT_EQ(core_.sweep("a").trials.size(), 3u);
  TrainAll();
  EXPECT_EQ(core_.sweep("a").trials_ended, 4u);
}

TEST_F(GivenTrialsTest, SaysThatItWaits) {
  Begin(ExternalSweep(2, 8));
  v1::WorkerInfo group;
  group.set_group_size(1);
  group.set_fingerprint("f");
  EXPECT_THAT(WhyNoTask(core_.sweep("a"), core_.state(), {}, {"w", group, {}}),
              HasSubstr("sweep a: waiting for trial 0 from outside (search.method: external"));
  ASSERT_TRUE(Add("2e-4").ok());
  EXPECT_EQ(Phase(), "training");
  TrainAll();
  EXPECT_THAT(Phase(), HasSubstr("waiting for trial 1 from outside"));
  ASSERT_TRUE(FinishSearch().ok());
  EXPECT_EQ(Phase(), "selecting members");
}

TEST_F(GivenTrialsTest, AnswersARetryOnce) {
  Begin(ExternalSweep(3, 8));
  const v1::AddTrialRequest request = RequestOf("2e-4");
  EXPECT_EQ(Add(request).value(), 0u);
  EXPECT_EQ(Add(request).value(), 0u);
  core_.Restart();
  EXPECT_EQ(Add(request).value(), 0u);
  EXPECT_EQ(core_.sweep("a").given.size(), 1u);
}

TEST_F(GivenTrialsTest, RefusesWhatItCannotTrain) {
  Begin(ExternalSweep(1, 8));
  EXPECT_TRUE(absl::IsInvalidArgument(Add("0.5").status())) << "none of the values";
  v1::AddTrialRequest elsewhere = RequestOf("2e-4");
  elsewhere.set_name("b");
  EXPECT_TRUE(absl::IsNotFound(Add(elsewhere).status()));
  EXPECT_THAT(FinishSearch().status().message(), HasSubstr("has no trial yet"));
  ASSERT_TRUE(Add("2e-4").ok());
  EXPECT_THAT(Add("3e-4").status().message(), HasSubstr("all its 1 trials (search.max_trials)"));
  ASSERT_TRUE(core_.Cancel("a").ok());
  EXPECT_THAT(Add("3e-4").status().message(), HasSubstr("already ended"));
}

TEST_F(GivenTrialsTest, RefusesTrialsOfASweepThatSuggestsThem) {
  Begin(SmallSweep("a", 2, 2));
  EXPECT_TRUE(absl::IsFailedPrecondition(Add("2e-4").status()));
  EXPECT_THAT(Add("2e-4").status().message(),
              HasSubstr("suggests its trials itself (grid search)"));
  EXPECT_TRUE(absl::IsFailedPrecondition(FinishSearch().status()));
}

}  // namespace
}  // namespace pleat
