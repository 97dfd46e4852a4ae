#include "common/base/failpoint.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

using testing::ExitedWithCode;
using testing::HasSubstr;
using testing::KilledBySignal;

class FailPoints : public testing::Test {
 protected:
  ~FailPoints() override { ArmFailPoints({}); }

  static void Arm(std::string_view text) {
    const auto points = ParseFailPoints(text);
    ASSERT_TRUE(points.ok()) << points.status();
    ArmFailPoints(*points);
  }
};

TEST_F(FailPoints, PassUnlessArmed) {
  EXPECT_TRUE(FailPoint("a.point").ok());
  Arm("another.point=error");
  EXPECT_TRUE(FailPoint("a.point").ok());
}

TEST_F(FailPoints, FailOnceAtTheVisitThatIsAskedFor) {
  Arm("a.point=error@2;b.point=error");
  EXPECT_TRUE(FailPoint("a.point").ok());
  EXPECT_EQ(FailPoint("a.point"), absl::InternalError("failpoint a.point"));
  EXPECT_TRUE(FailPoint("a.point").ok());
  EXPECT_EQ(FailPoint("b.point").code(), absl::StatusCode::kInternal);
}

TEST_F(FailPoints, SayWhatTheyDo) {
  Arm("a.point=delay:0ms");
  testing::internal::CaptureStderr();
  EXPECT_TRUE(FailPoint("a.point").ok());
  EXPECT_THAT(testing::internal::GetCapturedStderr(),
              HasSubstr("failpoint name=a.point action=delay\n"));
}

TEST_F(FailPoints, KillTheProcess) {
  Arm("a.point=kill");
  EXPECT_EXIT((void)FailPoint("a.point"), KilledBySignal(SIGKILL), "name=a.point action=kill");
}

TEST_F(FailPoints, StopTheProcessUntilItIsContinued) {
  Arm("a.point=stop");
  const pid_t child = fork();
  if (child == 0) _exit(FailPoint("a.point").ok() ? 7 : 8);
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, WUNTRACED), child);
  EXPECT_TRUE(WIFSTOPPED(status));
  kill(child, SIGCONT);
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 7);
}

TEST_F(FailPoints, ComeFromTheEnvironment) {
  setenv("PLEAT_FAILPOINTS", "a.point=error", 1);
  InitFailPoints();
  EXPECT_FALSE(FailPoint("a.point").ok());
  setenv("PLEAT_FAILPOINTS", "a.point=explode", 1);
  EXPECT_EXIT(InitFailPoints(), ExitedWithCode(2), "no action that is known");
  unsetenv("PLEAT_FAILPOINTS");
}

TEST_F(FailPoints, AreReadWithActionAndVisit) {
  const auto points = ParseFailPoints("a=kill;b=stop@3;c=delay:200ms@1;");
  ASSERT_TRUE(points.ok()) << points.status();
  ASSERT_EQ(points->size(), 3);
  EXPECT_EQ(points->at(1).name, "b");
  EXPECT_EQ(points->at(1).action, FailPointAction::kStop);
  EXPECT_EQ(points->at(1).at_visit, 3);
  EXPECT_EQ(points->at(2).delay_ms, 200);
}

TEST_F(FailPoints, RefuseWhatCannotBeRead) {
  for (const char* text : {"a", "=kill", "a=", "a=kill@0", "a=kill@x", "a=kill@1@2", "a=delay",
                           "a=delay:5", "a=delay:-1ms", "a=kill,b=kill"}) {
    EXPECT_EQ(ParseFailPoints(text).status().code(), absl::StatusCode::kInvalidArgument) << text;
  }
}

}  // namespace
}  // namespace pleat
