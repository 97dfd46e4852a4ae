#include "worker/session/patient_store.h"

#include <chrono>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/log.h"
#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr int kQuestionsPerTry = 10;
constexpr std::chrono::milliseconds kQuestionPause(100);

}  // namespace

PatientStore::PatientStore(Store& store, OnWait on_wait, KeepGoing keep_going)
    : store_(store), on_wait_(std::move(on_wait)), keep_going_(std::move(keep_going)) {}

absl::StatusOr<v1::Artifact> PatientStore::Write(const std::string& path, std::string_view bytes) {
  for (bool waited = false;; waited = true) {
    absl::StatusOr<v1::Artifact> written = store_.Write(path, bytes);
    if (!absl::IsResourceExhausted(written.status())) {
      if (waited) on_wait_("");
      return written;
    }
    const std::string reason = absl::StrCat("no space: ", std::string(written.status().message()));
    if (!waited) Log(LogLevel::kWarning, "waiting for space", {{"error", reason}});
    on_wait_(reason);
    const absl::Status paused = Pause();
    if (paused.ok()) continue;
    on_wait_("");
    return paused;
  }
}

absl::Status PatientStore::Pause() const {
  for (int i = 0; i < kQuestionsPerTry; ++i) {
    std::this_thread::sleep_for(kQuestionPause);
    PLEAT_RETURN_IF_ERROR(keep_going_());
  }
  return absl::OkStatus();
}

}  // namespace pleat
