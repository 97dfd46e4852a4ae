#include "client/ensemble_download.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

const std::map<std::string, std::string> kFiles = {
    {"manifest.json", "{}"}, {"members/0000_1/weights.safetensors", std::string(5000, 'w')}};

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
    service_.sweep.mutable_ensemble()->mutable_manifest()->set_sha256(
        Sha256Hex(kFiles.at("manifest.json")));
    service_.on_get_ensemble = [](const auto& request, auto& writer) {
      return StreamFiles(request, writer, -1);
    };
  }
  ~EnsembleDownload() override { fs::remove_all(folder_); }

  absl::StatusOr<Download> Pull() {
    Connection connection(service_.address());
    return DownloadEnsemble(connection, "story", target_.string());
  }
  void ServeOneFile(const std::string& path, const v1::GetEnsembleResponse& chunk) {
    service_.on_get_ensemble = [=](const auto&, auto& writer) {
      v1::GetEnsembleResponse copy = chunk;
      copy.set_path(path);
      writer.Write(copy);
      return grpc::Status::OK;
    };
  }

  FakeService service_;
  const fs::path folder_ = fs::path(::testing::TempDir()) / "ensemble_download_test";
  const fs::path target_ = folder_ / "out";
};

TEST_F(EnsembleDownload, BringsEveryFile) {
  const absl::StatusOr<Download> download = Pull();
  ASSERT_TRUE(download.ok()) << download.status();
  EXPECT_EQ(download->files, 2u);
  EXPECT_EQ(download->bytes, 5002u);
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
  EXPECT_EQ(ReadFile(target_ / "members/0000_1/weights.safetensors").size(), 5000u);
}

TEST_F(EnsembleDownload, IsContentWithTheSameEnsembleButNotWithAnother) {
  ASSERT_TRUE(Pull().ok());
  EXPECT_TRUE(Pull()->existed);
  std::ofstream(target_ / "manifest.json") << "{\"other\": 1}";
  EXPECT_TRUE(absl::IsAlreadyExists(Pull().status()));
}

TEST_F(EnsembleDownload, LeavesNothingOfADamagedFile) {
  v1::GetEnsembleResponse damaged = Chunk("manifest.json", "{}", 0, 2);
  damaged.set_data("[]");
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
  service_.sweep.clear_ensemble();
  EXPECT_TRUE(absl::IsFailedPrecondition(Pull().status()));
}

}  // namespace
}  // namespace pleat
