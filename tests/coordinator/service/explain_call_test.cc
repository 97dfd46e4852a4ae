#include "coordinator/service/explain_call.h"

#include <gmock/gmock.h>

#include "tests/coordinator/service/service_fixture.h"

namespace pleat {
namespace {

// A journal whose every sweep has many decisions, each about the trial of its sequence number.
class LongJournal final : public Journal {
 public:
  explicit LongJournal(uint64_t records) : records_(records) {}

  absl::Status Replay(const std::function<absl::Status(const v1::JournalRecord&)>&) override {
    return absl::OkStatus();
  }
  absl::Status Commit(std::span<const v1::JournalRecord>) override { return absl::OkStatus(); }
  absl::StatusOr<std::vector<v1::JournalRecord>> Read(const std::string&, uint64_t from,
                                                      size_t limit) override {
    std::vector<v1::JournalRecord> page;
    for (uint64_t i = std::max<uint64_t>(from, 1); i <= records_ && page.size() < limit; ++i) {
      page.emplace_back().set_sequence(i);
      page.back().mutable_trial_cancelled()->set_trial(static_cast<uint32_t>(i));
    }
    return page;
  }

 private:
  const uint64_t records_;
};

class ExplainCallTest : public ServiceFixture {
 protected:
  v1::ExplainResponse Explain(uint64_t records) {
    journal = std::make_unique<LongJournal>(records);
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

TEST_F(ExplainCallTest, RefusesTrialsAndFoldsThatNeverComeToBe) {
  StartCoordinator();
  ASSERT_TRUE(Submit("a").ok());
  const auto explain = [&](uint32_t trial, uint32_t fold) {
    grpc::ClientContext context;
    v1::ExplainRequest request;
    request.set_name("a");
    request.set_trial(trial);
    request.set_fold(fold);
    v1::ExplainResponse response;
    return sweeps->Explain(&context, request, &response);
  };
  EXPECT_TRUE(explain(0, 1).ok());
  EXPECT_EQ(explain(2, 0).error_code(), grpc::StatusCode::NOT_FOUND);
  const grpc::Status status = explain(0, 2);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(status.error_message(), "sweep 'a' has no fold 2; it has 2, counted from 0");
}

}  // namespace
}  // namespace pleat
