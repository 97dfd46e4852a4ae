#include "tests/fuzz/fuzz_target.h"

#include <google/protobuf/io/tokenizer.h>
#include <google/protobuf/text_format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

std::vector<FuzzTarget>& MutableTargets() {
  static std::vector<FuzzTarget> targets;
  return targets;
}

// Damaged text is the usual case here: nothing is said of it.
class SilentCollector : public google::protobuf::io::ErrorCollector {
  void AddError(int, google::protobuf::io::ColumnNumber, const std::string&) override {}
};

// In memory, and removed when the process ends.
class ProcessFolder {
 public:
  ProcessFolder() {
    std::string pattern = "/dev/shm/pleat_fuzz_XXXXXX";
    Require(mkdtemp(pattern.data()) != nullptr, "no folder for files");
    path_ = pattern;
  }
  ~ProcessFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

}  // namespace

const std::vector<FuzzTarget>& FuzzTargets() { return MutableTargets(); }

RegisteredTarget::RegisteredTarget(FuzzTarget target) {
  MutableTargets().push_back(std::move(target));
}

void Require(bool holds, std::string_view what) {
  if (holds) return;
  std::fprintf(stderr, "what must hold does not: %.*s\n", static_cast<int>(what.size()),
               what.data());
  std::abort();
}

bool ParseForm(std::string_view input, google::protobuf::Message* message) {
  SilentCollector errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  parser.SetRecursionLimit(64);
  return parser.ParseFromString(std::string(input), message);
}

MemoryFile::MemoryFile(std::string_view bytes) : fd_(memfd_create("fuzz", MFD_CLOEXEC)) {
  const ssize_t written = fd_ < 0 ? -1 : pwrite(fd_, bytes.data(), bytes.size(), 0);
  Require(written == static_cast<ssize_t>(bytes.size()), "no file in memory");
  path_ = absl::StrCat("/proc/self/fd/", fd_);
}

MemoryFile::~MemoryFile() { close(fd_); }

const std::string& EmptyFolder() {
  static const ProcessFolder folder;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::filesystem::remove_all(entry.path());
  }
  return folder.path();
}

}  // namespace pleat
