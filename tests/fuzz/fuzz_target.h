// What fuzz targets share: a target is a function that takes any bytes. The same file serves
// clang's libFuzzer (one target a program, fuzzer_main.cc) and plain tests, which replay the corpus
// of every target (corpus_test.cc).
#pragma once

#include <google/protobuf/message.h>

#include <string>
#include <string_view>
#include <vector>

namespace pleat {

struct FuzzTarget {
  std::string name;  // also of its folder below tests/fuzz/corpus
  // Takes any bytes; ends the process if something does not hold that must.
  void (*run)(std::string_view input) = nullptr;
  // If inputs are messages in text form: of this type, so that they are mutated field by field.
  const google::protobuf::Message* form = nullptr;
};

// Those of this program.
const std::vector<FuzzTarget>& FuzzTargets();

// At namespace scope: `const RegisteredTarget kCsvTarget({.name = "csv", .run = ReadCsv});`
struct RegisteredTarget {
  explicit RegisteredTarget(FuzzTarget target);
};

// Ends the process, with `what` for people, if it does not hold.
void Require(bool holds, std::string_view what);

// Reads a message in text form; false if the input is none.
bool ParseForm(std::string_view input, google::protobuf::Message* message);

// A file with these bytes, in memory, gone with the object.
class MemoryFile {
 public:
  explicit MemoryFile(std::string_view bytes);
  ~MemoryFile();
  MemoryFile(const MemoryFile&) = delete;
  MemoryFile& operator=(const MemoryFile&) = delete;

  const std::string& path() const { return path_; }

 private:
  int fd_;
  std::string path_;
};

// An empty folder for this process; what lies in it is removed by each call.
const std::string& EmptyFolder();

}  // namespace pleat
