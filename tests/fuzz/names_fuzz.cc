// Names and paths: of sweeps and tasks, in a store, and of files that a store in a folder writes
// and reads.
#include <filesystem>

#include "common/base/host_and_port.h"
#include "common/config/field_path.h"
#include "common/store/store.h"
#include "common/store/store_layout.h"
#include "common/store/store_path.h"
#include "tests/fuzz/fuzz_target.h"

namespace pleat {
namespace {

constexpr char kStore[] = "/store";

// Opened once; its files are removed between inputs.
Store& FolderStore() {
  static const std::unique_ptr<Store> store = [] {
    auto opened = OpenPosixStore(EmptyFolder() + kStore, /*create=*/true);
    Require(opened.ok(), opened.status().ToString());
    return *std::move(opened);
  }();
  return *store;
}

void CheckTaskId(std::string_view input) {
  const auto task = layout::ParseTaskId(input);
  const std::string folder = layout::AttemptFolder("digits", input, 1);
  Require(folder.empty() == !task.has_value(), "an attempt of a task has a folder");
  if (!task.has_value()) return;
  const bool trains = task->kind == layout::TaskName::Kind::kTrain;
  const bool prepares = task->kind == layout::TaskName::Kind::kPrepare;
  const std::string id = prepares ? layout::PrepareTaskId()
                         : trains ? layout::TrainTaskId(task->trial, task->fold)
                                  : layout::PredictTaskId(task->trial, task->fold);
  Require(id == input, "a task has one id");
  Require(SplitStorePath(folder).ok(), "its folder lies in the store");
}

void CheckStorePath(const std::string& path) {
  Store& store = FolderStore();
  const absl::StatusOr<v1::Artifact> written = store.Write(path, "bytes");
  if (!SplitStorePath(path).ok()) {
    Require(absl::IsInvalidArgument(written.status()), "what is no path is not written");
    Require(absl::IsInvalidArgument(store.Remove(path)), "what is no path is not removed");
    return;
  }
  if (written.ok() && path != "store.json") {
    const absl::Status read = store.Read(*written).status();
    Require(read.ok(), "what was written is there: " + read.ToString());
    Require(store.Remove(path.substr(0, path.find('/'))).ok(), "and can be removed");
  }
}

void CheckNames(std::string_view input) {
  const std::string text(input);
  if (layout::IsName(input)) {
    Require(SplitStorePath(layout::SweepFolder(input)).ok(), "a sweep's folder lies in the store");
  }
  CheckTaskId(input);
  CheckStorePath(text);
  (void)ParseFieldPath(text);
  (void)CheckHostAndPort(text);
}

const RegisteredTarget kNamesTarget({.name = "names", .run = CheckNames});

}  // namespace
}  // namespace pleat
