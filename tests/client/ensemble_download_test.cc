#include "client/ensemble_download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include "common/store/checksum.h"
#include "tests/client/fake_service.h"

namespace pleat {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr char kWeights[] = "members/0000_1/weights.safetensors";

// A manifest of 2,000 bytes, and a member's weights of 5,000.
std::map<std::string, std::string> MakeFiles() {
  const std::string weights(5000, 'w');
  std::string manifest = R"({"files": {}, "members": [{"folder": "members/0000_1", "files": )"
                         R"({"weights.safetensors": {"size": 5000, "sha256": ")" +
                         Sha256Hex(weights) + R"("}}}]})";
  manifest.resize(2000, '\n');
  return {{"manifest.json", manifest}, {kWeights, weights}};
}

const std::map<std::string, std::string> kFiles = MakeFiles();

v1::GetEnsembleResponse Chunk(const std::string& path, const std::string& file, size_t offset,
                              size_t size) {
  v1::GetEnsembleResponse chunk;
  chunk.set_path(path);
  chunk.set_offset(offset);
  chunk.set_size(file.size());
  chunk.set_sha256(Sha256Hex(file));
  chunk.set_data(file.substr(offset, size));
  return chunk;
}

// Streams kFiles in chunks of 1000 bytes from the requested place; as the coordinator does, from
// the end of a file with an empty chunk.
grpc::Status StreamFiles(const v1::GetEnsembleRequest& request,
                         grpc::ServerWriter<v1::GetEnsembleResponse>& writer, int most_chunks) {
  for (const auto& [path, file] : kFiles) {
    if (path < request.path()) continue;
    if (path == request.path() && request.offset() == file.size()) {
      writer.Write(Chunk(path, file, request.offset(), 1000));
    }
    for (size_t offset = path == request.path() ? request.offset() : 0; offset < file.size();
         offset += 1000) {
      if (most_chunks-- == 0) return {grpc::StatusCode::UNAVAILABLE, "gone"};
      writer.Write(Chunk(path, file, offset, 1000));
    }
  }
  return grpc::Status::OK;
}

std::string ReadFile(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class EnsembleDownload : public ::testing::Test {
 protected:
  EnsembleDownload() {
    fs::remove_all(folder_);
    fs::create_directories(folder_);
    sweep_.mutable_summary()->set_name("story");
    sweep_.mutable_ensemble()->mutable_manifest()->set_sha256(
        Sha256Hex(kFiles.at("manifest.json")));
    service_.on_get_ensemble = [](const auto& request, auto& writer) {
      return StreamFiles(request, writer, -1);
    };
  }
  ~EnsembleDownload() override { fs::remove_all(folder_); }

  absl::StatusOr<Download> Pull() {
    Connection connection(service_.address(), Connection::kPatienceMs, &stop_);
    return DownloadEnsemble(connection, sweep_, target_.string());
  }
  void ServeOneFile(const std::string& path, const v1::GetEnsembleResponse& chunk) {
    service_.on_get_ensemble = [=](const auto&, auto& writer) {
      v1::GetEnsembleResponse copy = chunk;
      copy.set_path(path);
      writer.Write(copy);
      return grpc::Status::OK;
    };
  }

  v1::GetResponse sweep_;
  std::atomic<bool> stop_ = false;
  FakeService service_;
  const fs::path folder_ = fs::path(::testing::TempDir()) / "ensemble_download_test";
  const fs::path target_ = folder_ / "out";
};

TEST_F(EnsembleDownload, BringsEveryFile) {
  const absl::StatusOr<Download> download = Pull();
  ASSERT_TRUE(download.ok()) << download.status();
  EXPECT_EQ(download->files, 2u);
  EXPECT_EQ(download->bytes, 7000u);
  for (const auto& [path, file] : kFiles) EXPECT_EQ(ReadFile(target_ / path), file) << path;
}

TEST_F(EnsembleDownload, GoesOnWhereverTheConnectionBroke) {
  // After every number of chunks: inside a file, and between two.
  int breaks_after = 1;
  for (bool broke = true; broke; ++breaks_after) {
    int calls = 0;
    service_.on_get_ensemble = [&](const auto& request, auto& writer) {
      return StreamFiles(request, writer, ++calls == 1 ? breaks_after : -1);
    };
    const auto download = Pull();
    ASSERT_TRUE(download.ok()) << breaks_after << ": " << download.status();
    broke = calls == 2;
    if (broke) fs::remove_all(target_);
  }
  EXPECT_GT(breaks_after, 3);
  EXPECT_EQ(ReadFile(target_ / kWeights).size(), 5000u);
}

TEST_F(EnsembleDownload, IsContentWithTheSameEnsembleButNotWithAnother) {
  ASSERT_TRUE(Pull().ok());
  EXPECT_TRUE(Pull()->existed);
  std::ofstream(target_ / "manifest.json") << "{\"other\": 1}";
  EXPECT_TRUE(absl::IsAlreadyExists(Pull().status()));
}

TEST_F(EnsembleDownload, NamesADamagedFileOfAnEarlierPull) {
  ASSERT_TRUE(Pull().ok());
  std::fstream(target_ / kWeights) << "x";
  const absl::Status damaged = Pull().status();
  EXPECT_EQ(damaged.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(damaged.message()), HasSubstr(kWeights));
  fs::remove(target_ / kWeights);
  EXPECT_THAT(std::string(Pull().status().message()), HasSubstr(kWeights));
}

TEST_F(EnsembleDownload, FillsAnEmptyFolderButTouchesNoFile) {
  std::ofstream(target_).flush();
  EXPECT_TRUE(absl::IsAlreadyExists(Pull().status()));
  EXPECT_TRUE(fs::is_regular_file(target_));
  fs::remove(target_);
  fs::create_directory(target_);
  EXPECT_TRUE(Pull().ok());
}

TEST_F(EnsembleDownload, LeavesNothingWhenStopped) {
  service_.on_get_ensemble = [&](const auto& request, auto& writer) {
    const grpc::Status sent = StreamFiles(request, writer, 3);
    stop_ = true;  // and the rest never comes
    stop_.wait(true);
    return sent;
  };
  EXPECT_TRUE(absl::IsCancelled(Pull().status()));
  EXPECT_TRUE(fs::is_empty(folder_));
  stop_ = false;
  stop_.notify_all();
}

TEST_F(EnsembleDownload, WaitsForACoordinatorThatStartsAgain) {
  int calls = 0;
  service_.on_get_ensemble = [&](const auto& request, auto& writer) -> grpc::Status {
    if (++calls < 10) return {grpc::StatusCode::UNAVAILABLE, "the coordinator is stopping"};
    return StreamFiles(request, writer, -1);
  };
  EXPECT_TRUE(Pull().ok());
}

TEST_F(EnsembleDownload, LeavesTheFolderInWhichItRuns) {
  const fs::path before = fs::current_path();
  fs::create_directory(target_);
  fs::current_path(target_);
  const absl::Status refused = Pull().status();
  fs::current_path(before);
  EXPECT_TRUE(absl::IsInvalidArgument(refused)) << refused;
  EXPECT_TRUE(fs::is_empty(target_));
}

TEST_F(EnsembleDownload, RemovesWhatAKilledPullLeft) {
  const pid_t dead = fork();
  if (dead == 0) _exit(0);
  waitpid(dead, nullptr, 0);
  char host[256] = {};
  gethostname(host, sizeof(host) - 1);
  const auto leftover = [&](const std::string& sweep, pid_t process) {
    const fs::path path = folder_ / ("." + sweep + ".pull-" + host + "-" + std::to_string(process));
    fs::create_directory(path);
    std::ofstream(path / "manifest.json") << "{";
    return path;
  };
  const fs::path left = leftover("story", dead);
  const fs::path running = leftover("story", getppid());
  const fs::path other = leftover("other", dead);
  EXPECT_TRUE(Pull().ok());
  EXPECT_FALSE(fs::exists(left));
  EXPECT_TRUE(fs::exists(running));
  EXPECT_TRUE(fs::exists(other));
}

TEST_F(EnsembleDownload, RefusesChunksThatBringNothing) {
  ServeOneFile("manifest.json", Chunk("manifest.json", kFiles.at("manifest.json"), 0, 0));
  EXPECT_EQ(Pull().status().code(), absl::StatusCode::kDataLoss);
}

TEST_F(EnsembleDownload, LeavesNothingOfADamagedFile) {
  v1::GetEnsembleResponse damaged = Chunk("manifest.json", kFiles.at("manifest.json"), 0, 2000);
  damaged.mutable_data()->back() = 'x';
  ServeOneFile("manifest.json", damaged);
  const absl::Status status = Pull().status();
  EXPECT_EQ(status.code(), absl::StatusCode::kDataLoss);
  EXPECT_THAT(std::string(status.message()), HasSubstr("manifest.json"));
  EXPECT_TRUE(fs::is_empty(folder_));
}

TEST_F(EnsembleDownload, WritesOnlyBelowItsFolder) {
  for (const std::string path : {"../evil", "/tmp/evil", "members/../../evil", "./evil", ""}) {
    ServeOneFile(path, Chunk(path, "x", 0, 1));
    EXPECT_TRUE(absl::IsInvalidArgument(Pull().status())) << path;
    EXPECT_TRUE(fs::is_empty(folder_)) << path;
  }
}

TEST_F(EnsembleDownload, SaysThatThereIsNoneYet) {
  sweep_.clear_ensemble();
  EXPECT_TRUE(absl::IsFailedPrecondition(Pull().status()));
}

}  // namespace
}  // namespace pleat
