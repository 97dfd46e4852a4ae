#include "client/run_folder.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <thread>

#include "tests/client/fake_service.h"
#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using ::testing::HasSubstr;

// A folder as a `pleat run` leaves it, whose lock is held or not.
class RunFolderTest : public testing::Test {
 protected:
  RunFolderTest() {
    std::filesystem::create_directory(folder_ / "coordinator");
    PutFile(folder_ / "coordinator/lock", "1\n");
    PutFile(folder_ / "coordinator/address", service_.address() + "\n");
    service_.list.add_sweeps()->set_name("story");
  }
  void Hold() {
    lock_ = open((folder_ / "coordinator/lock").c_str(), O_RDWR | O_CLOEXEC);
    ASSERT_EQ(flock(lock_, LOCK_EX | LOCK_NB), 0);
  }
  ~RunFolderTest() override { close(lock_); }

  // The sweep that is listed there.
  std::string Look() {
    std::string name;
    const absl::Status status =
        WithRunFolder(folder_.path(), stop_, [&](Connection& connection) -> absl::Status {
          const absl::StatusOr<v1::ListResponse> list = connection.List();
          if (list.ok()) name = list->sweeps(0).name();
          return list.status();
        });
    return status.ok() ? name : std::string(status.message());
  }

  TemporaryFolder folder_;
  FakeService service_;
  std::atomic<bool> stop_ = false;
  int lock_ = -1;
};

TEST_F(RunFolderTest, IsLookedAtThroughTheCoordinatorThatHasIt) {
  Hold();
  EXPECT_EQ(Look(), "story");
}

TEST_F(RunFolderTest, WaitsForACoordinatorThatIsBusy) {
  service_.list_delay = std::chrono::milliseconds(700);
  Hold();
  EXPECT_EQ(Look(), "story");
}

TEST_F(RunFolderTest, WaitsForACoordinatorThatHasWrittenNoAddressYet) {
  std::filesystem::remove(folder_ / "coordinator/address");
  Hold();
  const std::jthread writer([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    PutFile(folder_ / "coordinator/address", service_.address() + "\n");
  });
  EXPECT_EQ(Look(), "story");
}

TEST_F(RunFolderTest, EndsWhenItIsStopped) {
  PutFile(folder_ / "coordinator/address", "127.0.0.1:1\n");
  Hold();
  const std::jthread stopper([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
    stop_ = true;
  });
  EXPECT_TRUE(absl::IsCancelled(WithRunFolder(
      folder_.path(), stop_, [](Connection&) { return absl::InternalError("called"); })));
}

TEST_F(RunFolderTest, IsRefusedWhereNoRunWas) {
  EXPECT_THAT(std::string(WithRunFolder(folder_ / "coordinator", stop_,
                                        [](Connection&) { return absl::OkStatus(); })
                              .message()),
              HasSubstr("is no folder of a pleat run"));
}

}  // namespace
}  // namespace pleat
