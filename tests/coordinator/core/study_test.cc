// Studies: Pleat suggests, somebody else evaluates.
#include "coordinator/core/study.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

#include "absl/strings/numbers.h"
#include "tests/coordinator/core/core_harness.h"

namespace pleat {
namespace {

using testing::HasSubstr;

v1::SearchSpec RandomSpace(uint32_t max_trials) {
  v1::SearchSpec search;
  search.mutable_method()->mutable_random();
  search.set_max_trials(max_trials);
  v1::ParameterSpec& parameter = *search.add_parameters();
  parameter.set_key("x");
  parameter.mutable_uniform()->set_min(-1);
  parameter.mutable_uniform()->set_max(1);
  return search;
}

v1::SearchSpec LearningSpace(uint32_t startup_trials) {
  v1::SearchSpec search = RandomSpace(100);
  search.mutable_method()->mutable_tpe()->set_startup_trials(startup_trials);
  return search;
}

class StudyTest : public testing::Test {
 protected:
  absl::StatusOr<v1::CreateStudyResponse> Create(const std::string& name,
                                                 const v1::SearchSpec& search) {
    v1::CreateStudyRequest request;
    request.set_name(name);
    *request.mutable_search() = search;
    return Send<v1::CreateStudyResponse>(request);
  }

  v1::AskRequest AskOf(const std::string& study) {
    v1::AskRequest request;
    request.set_request_id(core_.NextId());
    request.set_study(study);
    return request;
  }
  absl::StatusOr<v1::AskResponse> Ask(const std::string& study) {
    return Send<v1::AskResponse>(AskOf(study));
  }

  absl::StatusOr<v1::TellResponse> Tell(const std::string& study, uint32_t trial, double value) {
    v1::TellRequest request;
    request.set_study(study);
    request.set_trial(trial);
    request.set_value(value);
    return Send<v1::TellResponse>(request);
  }

  absl::Status Report(uint32_t trial, uint64_t step, double value) {
    v1::ReportRequest request;
    request.set_study("a");
    request.set_trial(trial);
    request.set_step(step);
    request.set_value(value);
    return Send<v1::ReportResponse>(request).status();
  }

  absl::Status RemoveStudy(const std::string& name) {
    v1::RemoveStudyRequest request;
    request.set_name(name);
    return Send<v1::RemoveStudyResponse>(request).status();
  }

  v1::GetStudyResponse Get(const std::string& name) {
    v1::GetStudyRequest request;
    request.set_name(name);
    return std::get<v1::GetStudyResponse>(core_.Ask(request).response);
  }

  template <typename ResponseType, typename Request>
  absl::StatusOr<ResponseType> Send(Request request) {
    if (request.request_id().empty()) request.set_request_id(core_.NextId());
    Reply reply = core_.Ask(request);
    if (!reply.status.ok()) return reply.status;
    return std::get<ResponseType>(std::move(reply.response));
  }

  CoreHarness core_;
};

TEST_F(StudyTest, SuggestsAndKeepsWhatIsTold) {
  EXPECT_FALSE(Create("a", RandomSpace(3))->existed());
  for (uint32_t trial = 0; trial < 3; ++trial) {
    const auto asked = Ask("a");
    ASSERT_TRUE(asked.ok()) << asked.status();
    EXPECT_EQ(asked->trial(), trial);
    ASSERT_EQ(asked->parameters_size(), 1);
    EXPECT_EQ(asked->parameters(0).path(), "x");
    EXPECT_THAT(asked->reason(), HasSubstr("random search: draw"));
  }
  EXPECT_FALSE(Ask("a")->has_trial()) << "all are suggested";
  ASSERT_TRUE(Report(1, 5, 0.5).ok());
  ASSERT_TRUE(Report(1, 5, 0.25).ok());
  EXPECT_FALSE(Tell("a", 1, 0.2)->failed());
  EXPECT_FALSE(Tell("a", 0, 0.2)->failed());
  core_.Restart();
  const v1::GetStudyResponse study = Get("a");
  EXPECT_EQ(study.summary().trials(), 3u);
  EXPECT_EQ(study.summary().scored(), 2u);
  EXPECT_EQ(study.summary().best_trial(), 1u) << "the first told wins a tie";
  EXPECT_EQ(study.trials(1).steps(0).value(), 0.25) << "the last value of a step counts";
  EXPECT_EQ(study.trials(1).state(), v1::STUDY_TRIAL_STATE_SCORED);
  EXPECT_EQ(study.trials(2).state(), v1::STUDY_TRIAL_STATE_RUNNING);
}

TEST_F(StudyTest, TakesTheLargestAsBestWhereItMaximizes) {
  v1::SearchSpec search = RandomSpace(3);
  search.mutable_metric()->set_goal("maximize");
  ASSERT_TRUE(Create("a", search).ok());
  for (uint32_t trial = 0; trial < 3; ++trial) {
    ASSERT_TRUE(Ask("a").ok());
    ASSERT_TRUE(Tell("a", trial, trial).ok());
  }
  EXPECT_EQ(Get("a").summary().best_trial(), 2u);
  EXPECT_EQ(core_.state().studies().Find("a")->trials[2].past->loss, -2);
}

TEST_F(StudyTest, CountsWhatIsNoNumberAsFailed) {
  ASSERT_TRUE(Create("a", RandomSpace(9)).ok());
  for (const double value :
       {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
    const uint32_t trial = Ask("a")->trial();
    EXPECT_TRUE(Tell("a", trial, value)->failed());
  }
  v1::TellRequest failure;
  failure.set_study("a");
  failure.set_trial(Ask("a")->trial());
  failure.set_failure("out of memory");
  EXPECT_TRUE(Send<v1::TellResponse>(failure)->failed());
  const v1::GetStudyResponse study = Get("a");
  EXPECT_EQ(study.summary().failed(), 3u);
  EXPECT_FALSE(study.summary().has_best_trial());
  EXPECT_EQ(study.trials(0).failure(), "its value is nan");
  EXPECT_EQ(study.trials(2).failure(), "out of memory");
  ASSERT_TRUE(Ask("a").ok());
  EXPECT_TRUE(Report(3, 1, std::numeric_limits<double>::quiet_NaN()).ok());
}

TEST_F(StudyTest, RefusesInOneLine) {
  ASSERT_TRUE(Create("curve-fit", RandomSpace(9)).ok());
  EXPECT_EQ(Ask("curvefit").status().message(),
            "there is no study 'curvefit'; did you mean 'curve-fit'?");
  EXPECT_EQ(Tell("curve-fit", 0, 1).status().message(),
            "study 'curve-fit' has no trial 0; 0 have been asked for, counted from 0");
  ASSERT_TRUE(Ask("curve-fit").ok());
  ASSERT_TRUE(Tell("curve-fit", 0, 0.5).ok());
  const absl::Status again = Tell("curve-fit", 0, 0.6).status();
  EXPECT_TRUE(absl::IsFailedPrecondition(again));
  EXPECT_EQ(again.message(), "trial 0 of study 'curve-fit' has ended already: value 0.5");
  ASSERT_TRUE(Ask("curve-fit").ok());
  v1::TellRequest nothing;
  nothing.set_study("curve-fit");
  nothing.set_trial(1);
  EXPECT_TRUE(absl::IsInvalidArgument(Send<v1::TellResponse>(nothing).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Create("A study", RandomSpace(9)).status()));
  EXPECT_TRUE(absl::IsInvalidArgument(Create("b", v1::SearchSpec()).status()));
}

TEST_F(StudyTest, LimitsTheStepsOfATrial) {
  ASSERT_TRUE(Create("a", RandomSpace(9)).ok());
  ASSERT_TRUE(Ask("a").ok());
  for (size_t step = 0; step < kMostStudySteps; ++step) ASSERT_TRUE(Report(0, step, 1).ok());
  EXPECT_TRUE(absl::IsResourceExhausted(Report(0, kMostStudySteps, 1)));
  EXPECT_TRUE(Report(0, 3, 2).ok()) << "a step that it has";
}

TEST_F(StudyTest, IsTheSameStudyUnderTheSameName) {
  ASSERT_TRUE(Create("a", RandomSpace(9)).ok());
  EXPECT_TRUE(Create("a", RandomSpace(9))->existed());
  EXPECT_TRUE(absl::IsAlreadyExists(Create("a", RandomSpace(8)).status()));
  ASSERT_TRUE(Ask("a").ok());
  ASSERT_TRUE(RemoveStudy("a").ok());
  EXPECT_TRUE(absl::IsNotFound(RemoveStudy("a")));
  EXPECT_TRUE(absl::IsNotFound(Ask("a").status()));
  core_.Restart();
  EXPECT_FALSE(Create("a", RandomSpace(8))->existed());
  EXPECT_EQ(Ask("a")->trial(), 0u);
  core_.Restart();
}

TEST_F(StudyTest, AnswersARetryOnce) {
  ASSERT_TRUE(Create("a", RandomSpace(9)).ok());
  const v1::AskRequest request = AskOf("a");
  const auto first = Send<v1::AskResponse>(request);
  core_.Restart();
  const auto second = Send<v1::AskResponse>(request);
  EXPECT_EQ(first->SerializeAsString(), second->SerializeAsString());
  EXPECT_EQ(Get("a").summary().trials(), 1u);
}

TEST_F(StudyTest, SuggestsBesideTheLoopWhereItLearns) {
  ASSERT_TRUE(Create("a", LearningSpace(2)).ok());
  for (uint32_t trial = 0; trial < 2; ++trial) {
    EXPECT_EQ(Ask("a")->trial(), trial) << "of the startup";
    ASSERT_TRUE(Tell("a", trial, 0.1 * trial).ok());
  }
  core_.Send(1, AskOf("a"));
  core_.Send(2, AskOf("a"));
  EXPECT_TRUE(absl::IsUnknown(core_.TakeReply(1).status)) << "no reply yet";
  ASSERT_EQ(core_.suggestions.size(), 1u) << "one at a time";
  EXPECT_EQ(core_.suggestions.front().past.size(), 2u);
  core_.RunSuggestion();
  EXPECT_EQ(std::get<v1::AskResponse>(core_.TakeReply(1).response).trial(), 2u);
  ASSERT_EQ(core_.suggestions.size(), 1u);
  EXPECT_EQ(core_.suggestions.front().past.size(), 3u) << "the one in flight counts";
  core_.RunSuggestion();
  EXPECT_EQ(std::get<v1::AskResponse>(core_.TakeReply(2).response).trial(), 3u);
  EXPECT_TRUE(core_.suggestions.empty());
  core_.Restart();
}

TEST_F(StudyTest, ComputesASuggestionForNobodyWhoIsGone) {
  ASSERT_TRUE(Create("a", LearningSpace(1)).ok());
  ASSERT_TRUE(Ask("a").ok());
  ASSERT_TRUE(Tell("a", 0, 1).ok());
  core_.Send(1, AskOf("a"));
  core_.Forget(1);
  core_.RunSuggestion();
  EXPECT_EQ(Get("a").summary().trials(), 1u);
  EXPECT_TRUE(core_.suggestions.empty());
  // Nor for a study that is another one by now.
  core_.Send(2, AskOf("a"));
  ASSERT_TRUE(RemoveStudy("a").ok());
  ASSERT_TRUE(Create("a", RandomSpace(9)).ok());
  core_.RunSuggestion();
  const auto asked = std::get<v1::AskResponse>(core_.TakeReply(2).response);
  EXPECT_EQ(asked.trial(), 0u);
  EXPECT_THAT(asked.reason(), HasSubstr("random search"));
  EXPECT_TRUE(absl::IsNotFound([&] {
    core_.Send(3, AskOf("b"));
    return core_.TakeReply(3).status;
  }()));
}

TEST_F(StudyTest, AnswersARequestOnceThatWaitsTwice) {
  ASSERT_TRUE(Create("a", LearningSpace(1)).ok());
  ASSERT_TRUE(Ask("a").ok());
  const v1::AskRequest request = AskOf("a");
  core_.Send(1, request);
  core_.Send(2, request);
  core_.RunSuggestion();
  EXPECT_EQ(std::get<v1::AskResponse>(core_.TakeReply(1).response).trial(), 1u);
  EXPECT_EQ(std::get<v1::AskResponse>(core_.TakeReply(2).response).trial(), 1u);
  EXPECT_TRUE(core_.suggestions.empty());
  EXPECT_EQ(Get("a").summary().trials(), 2u);
}

TEST_F(StudyTest, ComesToWhatIsGood) {
  ASSERT_TRUE(Create("a", LearningSpace(10)).ok());
  double late = 0;
  for (uint32_t trial = 0; trial < 40; ++trial) {
    core_.Send(1, AskOf("a"));
    if (!core_.suggestions.empty()) core_.RunSuggestion();
    const auto asked = std::get<v1::AskResponse>(core_.TakeReply(1).response);
    double x = 0;
    ASSERT_TRUE(absl::SimpleAtod(asked.parameters(0).value(), &x));
    ASSERT_TRUE(Tell("a", trial, (x - 0.3) * (x - 0.3)).ok());
    if (trial >= 30) late += std::abs(x - 0.3);
  }
  EXPECT_LT(late / 10, 0.2) << "0.58 at random";
}

TEST_F(StudyTest, LivesBesideSweeps) {
  ASSERT_TRUE(core_.Submit(SmallSweep("a", 1, 2)).ok());
  ASSERT_TRUE(Create("a", RandomSpace(9)).ok());
  core_.Register("w");
  core_.Prepare("w");
  ASSERT_TRUE(Ask("a").ok());
  core_.Finish("a", "w");
  core_.Restart();
  EXPECT_EQ(Get("a").summary().trials(), 1u);
}

// Its client has heard that there is no such study, and goes on.
TEST_F(StudyTest, AnAskThatWaitedForARemovedStudyIsNotCarriedOutForTheNextOne) {
  ASSERT_TRUE(Create("a", LearningSpace(1)).ok());
  ASSERT_TRUE(Ask("a").ok());
  const v1::AskRequest waits = AskOf("a");
  core_.Send(7, waits);  // its suggestion is being computed
  ASSERT_TRUE(RemoveStudy("a").ok());
  core_.RunSuggestion();
  EXPECT_TRUE(absl::IsNotFound(core_.TakeReply(7).status));
  ASSERT_TRUE(Create("a", LearningSpace(1)).ok());
  EXPECT_TRUE(absl::IsNotFound(core_.Ask(waits).status));
  EXPECT_FALSE(Get("a").trials_size() > 0);
}

}  // namespace
}  // namespace pleat
