// Exit codes and messages of the real program.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <thread>

namespace pleat {
namespace {

using testing::HasSubstr;

class CoordinatorProgramTest : public testing::Test {
 protected:
  CoordinatorProgramTest() {
    std::string name = testing::TempDir() + "pleat_coordinator_XXXXXX";
    folder_ = mkdtemp(name.data());
  }
  ~CoordinatorProgramTest() override { std::filesystem::remove_all(folder_); }

  std::string State() const { return folder_ + "/state"; }

  pid_t Start(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), PLEAT_BIN_DIR "/pleat-coordinator");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t child = fork();
    if (child == 0) {
      if (freopen((folder_ + "/stderr").c_str(), "w", stderr) == nullptr) _exit(99);
      execv(argv[0], argv.data());
      _exit(99);
    }
    return child;
  }

  int Wait(pid_t child) {
    int status = 0;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

  std::string ErrorText() {
    std::ostringstream text;
    text << std::ifstream(folder_ + "/stderr").rdbuf();
    return text.str();
  }

  // Waits for the address file; false if the program does not come up.
  bool IsUp() {
    for (int i = 0; i < 500; ++i) {
      if (std::filesystem::exists(State() + "/address")) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return false;
  }

  std::string folder_;
};

TEST_F(CoordinatorProgramTest, EndsCleanlyWhenTold) {
  const pid_t child = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(IsUp()) << ErrorText();
  const auto told = std::chrono::steady_clock::now();
  kill(child, SIGTERM);
  EXPECT_EQ(Wait(child), 0);
  EXPECT_LT(std::chrono::steady_clock::now() - told, std::chrono::seconds(2));
}

TEST_F(CoordinatorProgramTest, RefusesAStateFolderInUse) {
  const pid_t first = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(IsUp()) << ErrorText();
  EXPECT_EQ(Wait(Start({"--state", State(), "--listen", "127.0.0.1:0"})), 4);
  EXPECT_THAT(ErrorText(), HasSubstr(std::to_string(first)));
  kill(first, SIGTERM);
  EXPECT_EQ(Wait(first), 0);
}

TEST_F(CoordinatorProgramTest, TakesOverFromOneThatWasKilled) {
  const pid_t first = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(IsUp()) << ErrorText();
  kill(first, SIGKILL);
  EXPECT_EQ(Wait(first), -1);
  std::filesystem::remove(State() + "/address");
  const pid_t second = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  EXPECT_TRUE(IsUp()) << ErrorText();
  // The lock file still names somebody, but who holds it counts.
  EXPECT_EQ(Wait(Start({"--state", State(), "--listen", "127.0.0.1:0"})), 4);
  EXPECT_THAT(ErrorText(), HasSubstr(std::to_string(second)));
  kill(second, SIGTERM);
  EXPECT_EQ(Wait(second), 0);
}

TEST_F(CoordinatorProgramTest, RefusesADamagedJournalWithOneLine) {
  std::filesystem::create_directories(State());
  std::ofstream(State() + "/journal.db") << std::string(8192, 'x');
  EXPECT_EQ(Wait(Start({"--state", State(), "--listen", "127.0.0.1:0"})), 2);
  EXPECT_THAT(ErrorText(), HasSubstr("pleat restore"));
  const std::string text = ErrorText();
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1) << text;
}

TEST_F(CoordinatorProgramTest, FollowsOneThatIsEnding) {
  const pid_t first = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(IsUp()) << ErrorText();
  std::filesystem::remove(State() + "/address");
  const pid_t second = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  kill(first, SIGTERM);
  EXPECT_EQ(Wait(first), 0);
  EXPECT_TRUE(IsUp()) << ErrorText();
  kill(second, SIGTERM);
  EXPECT_EQ(Wait(second), 0);
}

TEST_F(CoordinatorProgramTest, TellsATakenAddressFromBadInput) {
  const pid_t first = Start({"--state", State(), "--listen", "127.0.0.1:0"});
  ASSERT_TRUE(IsUp()) << ErrorText();
  std::string address;
  std::ifstream(State() + "/address") >> address;
  EXPECT_EQ(Wait(Start({"--state", folder_ + "/other", "--listen", address})), 75);
  EXPECT_THAT(ErrorText(), HasSubstr(address));
  kill(first, SIGTERM);
  EXPECT_EQ(Wait(first), 0);
}

TEST_F(CoordinatorProgramTest, RefusesToListenBeyondLoopback) {
  EXPECT_EQ(Wait(Start({"--state", State(), "--listen", "0.0.0.0:0"})), 4);
  EXPECT_THAT(ErrorText(), HasSubstr("--allow-insecure-network"));
  EXPECT_FALSE(std::filesystem::exists(State()));
}

TEST_F(CoordinatorProgramTest, ReportsBadInput) {
  EXPECT_EQ(Wait(Start({"--state", State(), "--listen", "nowhere"})), 2);
  EXPECT_THAT(ErrorText(), HasSubstr("host:port"));
  EXPECT_EQ(Wait(Start({})), 2);
}

}  // namespace
}  // namespace pleat
