#include "client/supervisor.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <filesystem>
#include <fstream>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/exit_code.h"
#include "common/base/clock.h"
#include "common/base/failpoint.h"
#include "common/base/retry.h"
#include "common/base/status_macros.h"

extern char** environ;

namespace pleat {
namespace {

constexpr Backoff kRestartBackoff{.initial_ms = 200, .max_ms = 5'000};
constexpr size_t kLogLines = 8;
// pleat-coordinator's exit code when its journal cannot be written.
constexpr int kExitJournalFailed = 74;

// Of what stands in the file from `begin` on.
std::string LastLines(const std::string& path, std::streamoff begin) {
  std::ifstream file(path);
  file.seekg(begin);
  std::deque<std::string> lines;
  for (std::string line; std::getline(file, line);) {
    lines.push_back(line);
    if (lines.size() > kLogLines) lines.pop_front();
  }
  std::string text;
  for (const std::string& line : lines) absl::StrAppend(&text, "\n  ", line);
  return text;
}

// 0 if there is no such file.
std::streamoff SizeOf(const std::string& path) {
  std::error_code error;
  const uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : static_cast<std::streamoff>(size);
}

std::string HowItEnded(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    return absl::StrCat("was killed by signal ", WTERMSIG(wait_status));
  }
  return absl::StrCat("ended with exit code ", WEXITSTATUS(wait_status));
}

// True if somebody killed it, or the rank for which mpirun then ends as a shell would.
bool WasKilled(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    return WTERMSIG(wait_status) == SIGKILL || WTERMSIG(wait_status) == SIGTERM;
  }
  return WEXITSTATUS(wait_status) == 128 + SIGKILL || WEXITSTATUS(wait_status) == 128 + SIGTERM;
}

std::vector<std::string> EnvironmentWith(const std::map<std::string, std::string>& added) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string name(*entry, std::strcspn(*entry, "="));
    if (!added.contains(name)) result.emplace_back(*entry);
  }
  for (const auto& [name, value] : added) result.push_back(absl::StrCat(name, "=", value));
  return result;
}

std::vector<char*> Pointers(std::vector<std::string>& strings) {
  std::vector<char*> pointers;
  for (std::string& string : strings) pointers.push_back(string.data());
  pointers.push_back(nullptr);
  return pointers;
}

// The processes that a child started itself, as mpirun its ranks; empty for a plain program.
std::vector<pid_t> GrandChildren(pid_t pid) {
  std::ifstream file(absl::StrCat("/proc/", pid, "/task/", pid, "/children"));
  std::vector<pid_t> children;
  for (pid_t child = 0; file >> child;) children.push_back(child);
  return children;
}

// Asks a child to end. mpirun that is asked itself waits for the whole time that it gives its
// ranks, and then fails; when the ranks are asked, it ends with them.
void AskToEnd(pid_t pid) {
  const std::vector<pid_t> ranks = GrandChildren(pid);
  if (ranks.empty()) kill(pid, SIGTERM);
  for (const pid_t rank : ranks) kill(rank, SIGTERM);
}

}  // namespace

Supervisor::~Supervisor() { Stop("", /*grace_ms=*/0); }

absl::Status Supervisor::Start(const ChildSpec& spec, int64_t now_ms) {
  children_.push_back(Child{.spec = spec});
  return Spawn(children_.back(), now_ms);
}

absl::Status Supervisor::Spawn(Child& child, int64_t now_ms) {
  PLEAT_RETURN_IF_ERROR(FailPoint("client.supervisor.before_start"));
  child.log_begin = SizeOf(child.spec.log_file);
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, child.spec.log_file.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);

  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &all);
  posix_spawnattr_setpgroup(&attributes, 0);
  posix_spawnattr_setflags(&attributes,
                           POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP);

  std::vector<std::string> arguments = {"/proc/self/exe", "__child", absl::StrCat(getpid())};
  arguments.insert(arguments.end(), child.spec.command.begin(), child.spec.command.end());
  std::vector<std::string> environment = EnvironmentWith(child.spec.environment);
  const int error = posix_spawn(&child.pid, "/proc/self/exe", &files, &attributes,
                                Pointers(arguments).data(), Pointers(environment).data());
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  child.started_ms = now_ms;
  if (error == 0) return FailPoint("client.supervisor.after_start");
  child.pid = -1;
  return absl::ErrnoToStatus(error, absl::StrCat("cannot start ", child.spec.name));
}

void Supervisor::Respecify(const ChildSpec& spec) {
  for (Child& child : children_) {
    if (child.spec.name == spec.name) child.spec = spec;
  }
}

absl::Status Supervisor::Poll(int64_t now_ms) {
  for (Child& child : children_) {
    int wait_status = 0;
    if (child.pid > 0 && waitpid(child.pid, &wait_status, WNOHANG) == child.pid) {
      PLEAT_RETURN_IF_ERROR(Ended(child, wait_status, now_ms));
    }
    if (child.pid < 0 && now_ms >= child.next_start_ms) {
      ++restarts_;
      PLEAT_RETURN_IF_ERROR(Spawn(child, now_ms));
    }
  }
  return absl::OkStatus();
}

absl::Status Supervisor::Ended(Child& child, int wait_status, int64_t now_ms) {
  child.pid = -1;
  const std::string what = absl::StrCat(child.spec.name, " ", HowItEnded(wait_status));
  const std::string why = LastLines(child.spec.log_file, child.log_begin);
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kExitBadInput) {
    return absl::InvalidArgumentError(absl::StrCat(what, why));
  }
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kExitRefused) {
    return absl::FailedPreconditionError(absl::StrCat(what, why));
  }
  if (WIFEXITED(wait_status) && WEXITSTATUS(wait_status) == kExitJournalFailed) {
    return absl::ResourceExhaustedError(
        absl::StrCat(what,
                     ": its journal could not be written; once the disk has space and works, "
                     "the same command goes on",
                     why));
  }
  const bool was_short =
      now_ms - child.started_ms < child.spec.short_life_ms && !WasKilled(wait_status);
  child.short_lives = was_short ? child.short_lives + 1 : 0;
  if (child.short_lives >= kMaxShortLives) {
    return absl::InternalError(
        absl::StrCat(what, " again and again; see ", child.spec.log_file, why));
  }
  child.next_start_ms = now_ms + BackoffMs(kRestartBackoff, child.short_lives, 0);
  // Not to stderr: the live matrix may stand there.
  std::ofstream(child.spec.log_file, std::ios::app) << "pleat: " << what << "; starting it again\n";
  return absl::OkStatus();
}

void Supervisor::Stop(const std::string& prefix, int64_t grace_ms) {
  std::vector<Child*> stopping;
  for (Child& child : children_) {
    if (child.pid > 0 && absl::StartsWith(child.spec.name, prefix)) stopping.push_back(&child);
  }
  for (const Child* child : stopping) AskToEnd(child->pid);
  const int64_t deadline_ms = SystemClock().SteadyMs() + grace_ms;
  for (Child* child : stopping) {
    while (waitpid(child->pid, nullptr, WNOHANG) == 0) {
      if (SystemClock().SteadyMs() >= deadline_ms) {
        kill(-child->pid, SIGKILL);
        waitpid(child->pid, nullptr, 0);
        break;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    child->pid = -1;
  }
  std::erase_if(children_,
                [&](const Child& child) { return absl::StartsWith(child.spec.name, prefix); });
}

int RunAsChild(int argc, char** argv) {
  if (argc < 4) return kExitBadInput;
  prctl(PR_SET_PDEATHSIG, SIGTERM);
  // The parent may have died before the line above.
  if (getppid() != atoi(argv[2])) return kExitDone;
  execvp(argv[3], argv + 3);
  std::fprintf(stderr, "cannot start %s: %s; install it, or add its folder to PATH\n", argv[3],
               std::strerror(errno));
  return kExitBadInput;
}

}  // namespace pleat
