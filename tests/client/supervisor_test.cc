#include "client/supervisor.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <thread>

// Children are started by running this very program again, as `pleat` does.
int main(int argc, char** argv) {
  if (argc > 1 && std::string(argv[1]) == "__child") return pleat::RunAsChild(argc, argv);
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}

namespace pleat {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class SupervisorTest : public ::testing::Test {
 protected:
  SupervisorTest() { std::filesystem::remove(log_); }
  ~SupervisorTest() override { std::filesystem::remove(log_); }

  ChildSpec Shell(const std::string& script) const {
    return {.name = "worker 0",
            .command = {"/bin/sh", "-c", script},
            .log_file = log_,
            .environment = {{"GREETING", "hello"}}};
  }
  std::string LogText() const {
    std::ifstream file(log_);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // Polls, with the clock standing at `now_ms`, until `done`; gives up after ten seconds.
  absl::Status PollUntil(int64_t now_ms, const std::function<bool()>& done) {
    return PollUntil(now_ms, /*step_ms=*/0, done);
  }
  // The same with a clock that is twenty times too fast.
  absl::Status PollAsTimeGoesBy(const std::function<bool()>& done) {
    return PollUntil(0, /*step_ms=*/100, done);
  }
  absl::Status PollUntil(int64_t now_ms, int64_t step_ms, const std::function<bool()>& done) {
    for (int i = 0; i < 2000 && !done(); ++i) {
      const absl::Status status = supervisor_.Poll(now_ms + i * step_ms);
      if (!status.ok()) return status;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    EXPECT_TRUE(done());
    return absl::OkStatus();
  }

  const std::string log_ = ::testing::TempDir() + "/supervisor_test.log";
  Supervisor supervisor_;
};

TEST_F(SupervisorTest, GivesChildrenTheirEnvironmentAndLog) {
  ASSERT_TRUE(supervisor_.Start(Shell("echo $GREETING; sleep 60"), 0).ok());
  EXPECT_TRUE(PollUntil(0, [&] { return LogText() == "hello\n"; }).ok());
}

TEST_F(SupervisorTest, StartsAKilledChildAgainAfterAPause) {
  ASSERT_TRUE(supervisor_.Start(Shell("echo $$; sleep 60"), 0).ok());
  ASSERT_TRUE(PollUntil(0, [&] { return !LogText().empty(); }).ok());
  kill(std::stoi(LogText()), SIGKILL);
  // The clock stands, so the pause does not end.
  for (int i = 0; i < 20; ++i) {
    ASSERT_TRUE(supervisor_.Poll(0).ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  EXPECT_EQ(supervisor_.restarts(), 0);
  EXPECT_TRUE(PollUntil(10'000, [&] { return supervisor_.restarts() == 1; }).ok());
}

TEST_F(SupervisorTest, StartsAChildAgainHoweverOftenItIsKilled) {
  // By a signal of its own, and as mpirun ends after one of a rank.
  ASSERT_TRUE(supervisor_.Start(Shell("kill -9 $$"), 0).ok());
  ChildSpec group = Shell("exit 137");
  group.name = "worker 1";
  ASSERT_TRUE(supervisor_.Start(group, 0).ok());
  const auto is_enough = [&] { return supervisor_.restarts() > 4 * Supervisor::kMaxShortLives; };
  EXPECT_TRUE(PollAsTimeGoesBy(is_enough).ok());
}

TEST_F(SupervisorTest, GivesUpAChildThatEndsByItselfAgainAndAgain) {
  ASSERT_TRUE(supervisor_.Start(Shell("exit 1"), 0).ok());
  const absl::Status status = PollAsTimeGoesBy([] { return false; });
  EXPECT_EQ(status.code(), absl::StatusCode::kInternal) << status;
}

TEST_F(SupervisorTest, EachChildHasItsOwnIdeaOfAShortLife) {
  const auto polls = [this](int64_t short_life_ms) {
    ChildSpec spec = Shell("sleep 0.1; exit 1");  // two seconds on the fast clock
    spec.short_life_ms = short_life_ms;
    Supervisor supervisor;
    EXPECT_TRUE(supervisor.Start(spec, 0).ok());
    absl::Status status;
    for (int64_t now_ms = 0; status.ok() && supervisor.restarts() < 8; now_ms += 100) {
      status = supervisor.Poll(now_ms);
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return status;
  };
  EXPECT_TRUE(polls(1'000).ok());
  EXPECT_EQ(polls(30'000).code(), absl::StatusCode::kInternal);
}

TEST_F(SupervisorTest, SaysWhatToDoAboutAMissingProgram) {
  ChildSpec spec = Shell("");
  spec.command = {"no-such-program"};
  ASSERT_TRUE(supervisor_.Start(spec, 0).ok());
  const absl::Status status = PollUntil(0, [] { return false; });
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no-such-program"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("install it"));
}

TEST_F(SupervisorTest, StartsAChildAgainAsRespecified) {
  ASSERT_TRUE(supervisor_.Start(Shell("echo first"), 0).ok());
  ASSERT_TRUE(PollUntil(0, [&, polls = 0]() mutable { return ++polls > 40; }).ok());
  supervisor_.Respecify(Shell("echo second; sleep 60"));
  const auto is_second = [&] { return LogText().ends_with("starting it again\nsecond\n"); };
  EXPECT_TRUE(PollUntil(10'000, is_second).ok());
}

TEST_F(SupervisorTest, SaysWhatAChildThatRefusedItsArgumentsSaid) {
  std::ofstream(log_) << "of an earlier life\n";
  ASSERT_TRUE(supervisor_.Start(Shell("echo no such option; exit 2"), 0).ok());
  const absl::Status status = PollUntil(0, [] { return false; });
  EXPECT_TRUE(absl::IsInvalidArgument(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("no such option"));
  EXPECT_THAT(std::string(status.message()), Not(HasSubstr("earlier")));
}

TEST_F(SupervisorTest, SaysWhatTheCoordinatorSaidAboutItsJournal) {
  ASSERT_TRUE(supervisor_.Start(Shell("echo disk I/O error; exit 74"), 0).ok());
  const absl::Status status = PollUntil(0, [] { return false; });
  EXPECT_TRUE(absl::IsResourceExhausted(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("its journal could not be written"));
  EXPECT_THAT(std::string(status.message()), HasSubstr("disk I/O error"));
}

TEST_F(SupervisorTest, StopEndsChildrenThatIgnoreTheSignal) {
  ASSERT_TRUE(supervisor_.Start(Shell("trap '' TERM; echo $$; while :; do sleep 1; done"), 0).ok());
  ASSERT_TRUE(PollUntil(0, [&] { return !LogText().empty(); }).ok());
  const pid_t child = std::stoi(LogText());
  supervisor_.Stop("worker", /*grace_ms=*/50);
  EXPECT_NE(kill(child, 0), 0);
}

}  // namespace
}  // namespace pleat
