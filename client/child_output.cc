#include "client/child_output.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/exit_code.h"
#include "common/store/unique_fd.h"

namespace pleat {
namespace {

struct Pipe {
  UniqueFd read;
  UniqueFd write;
};

absl::StatusOr<Pipe> MakePipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return absl::ErrnoToStatus(errno, "cannot make a pipe");
  return Pipe{UniqueFd(ends[0]), UniqueFd(ends[1])};
}

// A file in memory that is read from its beginning: however long, nobody has to write on while the
// child reads.
absl::StatusOr<UniqueFd> FileWith(std::string_view text) {
  UniqueFd file(memfd_create("input", MFD_CLOEXEC));
  if (!file.valid()) return absl::ErrnoToStatus(errno, "cannot make a file in memory");
  while (!text.empty()) {
    const ssize_t bytes = write(file.get(), text.data(), text.size());
    if (bytes < 0 && errno == EINTR) continue;
    if (bytes < 0) return absl::ErrnoToStatus(errno, "cannot write to a file in memory");
    text.remove_prefix(static_cast<size_t>(bytes));
  }
  if (lseek(file.get(), 0, SEEK_SET) < 0) return absl::ErrnoToStatus(errno, "cannot rewind a file");
  return file;
}

// Both to their ends; a child that fills one while the other is read would wait for ever.
void ReadBoth(int out, int err, std::string& out_text, std::string& err_text) {
  std::array<pollfd, 2> open = {pollfd{out, POLLIN, 0}, pollfd{err, POLLIN, 0}};
  const std::array<std::string*, 2> texts = {&out_text, &err_text};
  std::array<char, 1 << 16> piece;
  while (open[0].fd >= 0 || open[1].fd >= 0) {
    if (poll(open.data(), open.size(), -1) < 0 && errno != EINTR) return;
    for (size_t i = 0; i < open.size(); ++i) {
      if (open[i].fd < 0 || open[i].revents == 0) continue;
      const ssize_t bytes = read(open[i].fd, piece.data(), piece.size());
      if (bytes > 0) {
        texts[i]->append(piece.data(), static_cast<size_t>(bytes));
      } else if (bytes == 0 || errno != EINTR) {
        open[i].fd = -1;
      }
    }
  }
}

}  // namespace

absl::StatusOr<std::string> ChildOutput(const std::vector<std::string>& command,
                                        std::string_view input) {
  absl::StatusOr<UniqueFd> in = FileWith(input);
  if (!in.ok()) return in.status();
  absl::StatusOr<Pipe> out = MakePipe();
  if (!out.ok()) return out.status();
  absl::StatusOr<Pipe> err = MakePipe();
  if (!err.ok()) return err.status();
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, in->get(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, out->write.get(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&files, err->write.get(), STDERR_FILENO);
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  pid_t pid = -1;
  const int error =
      posix_spawn(&pid, command[0].c_str(), &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (error != 0) return absl::ErrnoToStatus(error, absl::StrCat("cannot start ", command[0]));
  out->write = UniqueFd();
  err->write = UniqueFd();
  std::string output, complaint;
  ReadBoth(out->read.get(), err->read.get(), output, complaint);
  int ended = 0;
  while (waitpid(pid, &ended, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == 0) return output;
  absl::StripAsciiWhitespace(&complaint);
  if (complaint.empty()) complaint = absl::StrCat(command[0], " ended without a message");
  if (WIFEXITED(ended) && WEXITSTATUS(ended) == kExitBadInput) {
    return absl::InvalidArgumentError(complaint);
  }
  return absl::InternalError(complaint);
}

}  // namespace pleat
