#include "common/base/log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <optional>

namespace pleat {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::MatchesRegex;

// What is written to stderr with PLEAT_LOG set to `level`.
std::string Logged(const std::optional<std::string>& level, const std::function<void()>& write) {
  level.has_value() ? setenv("PLEAT_LOG", level->c_str(), 1) : unsetenv("PLEAT_LOG");
  testing::internal::CaptureStderr();
  InitLog("tester");
  write();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesTimeLevelProgramEventAndFields) {
  const std::string line = Logged("info", [] {
    Log(LogLevel::kInfo, "fold done", {{"trial", 3}, {"score", 0.5}, {"sweep", "kannada"}});
  });
  EXPECT_THAT(line,
              MatchesRegex("[0-9-]+T[0-9:]+\\.[0-9][0-9][0-9]Z info tester: fold done trial=3 "
                           "score=0.5 sweep=kannada\n"));
}

TEST(Log, QuotesWhatWouldBreakTheLine) {
  const std::string line = Logged("info", [] {
    const std::string_view hostile = "a=\"b\"\n\\\x01";
    Log(LogLevel::kError, "odd", {{"path", hostile}, {"empty", ""}, {"plain", "ä/b.c"}});
  });
  EXPECT_THAT(line, HasSubstr("path=\"a=\\\"b\\\"\\n\\\\\\x01\" empty=\"\" plain=ä/b.c\n"));
  EXPECT_EQ(std::count(line.begin(), line.end(), '\n'), 1);
}

TEST(Log, IsQuietBelowWarningsUnlessAsked) {
  const auto write = [] { Log(LogLevel::kInfo, "chatter"); };
  EXPECT_THAT(Logged(std::nullopt, write), IsEmpty());
  EXPECT_THAT(Logged("debug", write), HasSubstr("chatter"));
}

TEST(Log, OffSilencesErrors) {
  EXPECT_THAT(Logged("off", [] { Log(LogLevel::kError, "loud"); }), IsEmpty());
}

TEST(Log, SaysWhenTheLevelIsUnknown) {
  EXPECT_THAT(Logged("loud", [] {}), HasSubstr("value=loud"));
}

}  // namespace
}  // namespace pleat
