#include "common/store/backup_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/common/store/temporary_folder.h"

namespace pleat {
namespace {

using testing::HasSubstr;

v1::BackupResponse Records(std::vector<std::string> bodies) {
  v1::BackupResponse message;
  for (std::string& body : bodies) message.add_records(std::move(body));
  return message;
}

v1::BackupResponse End(uint64_t records) {
  v1::BackupResponse message;
  message.mutable_end()->set_records(records);
  message.mutable_end()->set_sequence(9);
  return message;
}

// OK: read up to its end.
absl::Status ReadAll(const std::string& path, std::vector<std::string>* bodies = nullptr) {
  auto reader = BackupReader::Open(path);
  if (!reader.ok()) return reader.status();
  while (true) {
    const auto message = reader->Next();
    if (!message.ok()) return message.status();
    for (const std::string& body : message->records()) {
      if (bodies != nullptr) bodies->push_back(body);
    }
    if (message->has_end()) return absl::OkStatus();
  }
}

class BackupFileTest : public testing::Test {
 protected:
  BackupFileTest() : path_((folder_ / "a.backup").string()) {}

  void Write() {
    auto writer = BackupWriter::Create(path_);
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE(writer->Add(Records({"one", "two"})).ok());
    ASSERT_TRUE(writer->Add(Records({"three"})).ok());
    ASSERT_TRUE(writer->Add(End(3)).ok());
    ASSERT_TRUE(writer->Finish().ok());
  }

  TemporaryFolder folder_;
  const std::string path_;
};

TEST_F(BackupFileTest, SaysWhatIsWrongWithANameThatNoFileCanHave) {
  const auto writer = BackupWriter::Create((folder_ / std::string(300, 'x')).string());
  EXPECT_THAT(std::string(writer.status().message()), HasSubstr("name too long"));
}

TEST_F(BackupFileTest, GivesTheRecordsBack) {
  Write();
  std::vector<std::string> bodies;
  EXPECT_TRUE(ReadAll(path_, &bodies).ok());
  EXPECT_THAT(bodies, testing::ElementsAre("one", "two", "three"));
}

TEST_F(BackupFileTest, IsRefusedWhereverItIsCutOff) {
  Write();
  const std::string whole = GetFile(path_);
  for (size_t size = 0; size < whole.size(); ++size) {
    PutFile(path_, whole.substr(0, size));
    EXPECT_FALSE(ReadAll(path_).ok()) << size;
  }
}

TEST_F(BackupFileTest, IsRefusedWhicheverBitHasChanged) {
  Write();
  const std::string whole = GetFile(path_);
  for (size_t bit = 0; bit < 8 * whole.size(); ++bit) {
    std::string bytes = whole;
    bytes[bit / 8] ^= static_cast<char>(1 << bit % 8);
    PutFile(path_, bytes);
    EXPECT_FALSE(ReadAll(path_).ok()) << bit;
  }
}

TEST_F(BackupFileTest, IsRefusedWhenSomethingFollowsItsEnd) {
  Write();
  PutFile(path_, GetFile(path_) + "x");
  EXPECT_TRUE(absl::IsDataLoss(ReadAll(path_)));
}

TEST_F(BackupFileTest, IsToldFromOtherFilesAndFormats) {
  PutFile(path_, "something else");
  EXPECT_TRUE(absl::IsInvalidArgument(ReadAll(path_)));
  PutFile(path_, "PLEAT BACKUP 2\n");
  EXPECT_TRUE(absl::IsFailedPrecondition(ReadAll(path_)));
  EXPECT_TRUE(absl::IsNotFound(ReadAll((folder_ / "none").string())));
  EXPECT_FALSE(ReadAll(folder_.path().string()).ok());
}

TEST_F(BackupFileTest, AppearsUnderItsNameWhenItIsWhole) {
  {
    auto writer = BackupWriter::Create(path_);
    ASSERT_TRUE(writer.ok()) << writer.status();
    ASSERT_TRUE(writer->Add(Records({"one"})).ok());
    EXPECT_TRUE(absl::IsDataLoss(writer->Finish()));
  }
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BackupFileTest, LacksNoRecord) {
  auto writer = BackupWriter::Create(path_);
  ASSERT_TRUE(writer.ok()) << writer.status();
  ASSERT_TRUE(writer->Add(Records({"one"})).ok());
  ASSERT_TRUE(writer->Add(End(2)).ok());
  EXPECT_TRUE(absl::IsDataLoss(writer->Finish()));
}

TEST_F(BackupFileTest, ReplacesNothing) {
  Write();
  const absl::Status status = BackupWriter::Create(path_).status();
  EXPECT_TRUE(absl::IsAlreadyExists(status));
  EXPECT_THAT(std::string(status.message()), HasSubstr("name another file"));
}

}  // namespace
}  // namespace pleat
