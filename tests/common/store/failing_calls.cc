#include "tests/common/store/failing_calls.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <cerrno>
#include <cstdarg>

namespace pleat {
namespace {

CallPlan g_plan;
int64_t g_calls = 0;
std::string g_failed;
std::vector<std::string> g_writing;

enum class Does { kRead, kWrite, kMake, kLook };

// Counts a call that the plan's kind concerns; true if it is the one to fail.
bool IsTheOne(const char* name, Does does) {
  if (does == Does::kWrite || does == Does::kMake) g_writing.push_back(name);
  using Kind = CallPlan::Kind;
  if ((g_plan.kind == Kind::kShort || g_plan.kind == Kind::kInterrupted) && does != Does::kRead &&
      does != Does::kWrite) {
    return false;
  }
  if (g_plan.kind == Kind::kFull && does != Does::kWrite && does != Does::kMake) return false;
  if (++g_calls != g_plan.fail_at) return false;
  g_failed = name;
  return true;
}

// The same of a call that fails as a whole; sets errno.
bool Fails(const char* name, Does does) {
  if (!IsTheOne(name, does)) return false;
  errno = g_plan.kind == CallPlan::Kind::kFull          ? ENOSPC
          : g_plan.kind == CallPlan::Kind::kInterrupted ? EINTR
                                                        : EIO;
  return true;
}

bool IsShort() { return g_plan.kind == CallPlan::Kind::kShort; }

}  // namespace

void SetCallPlan(const CallPlan& plan) {
  g_plan = plan;
  g_calls = 0;
  g_failed.clear();
  g_writing.clear();
}

std::string FailedCall() { return g_failed; }

std::vector<std::string> WritingCalls() { return g_writing; }

}  // namespace pleat

using pleat::Does;
using pleat::Fails;
using pleat::IsShort;
using pleat::IsTheOne;

extern "C" {

int __real_open(const char* path, int flags, mode_t mode);
int __real_openat(int folder, const char* path, int flags, mode_t mode);
ssize_t __real_write(int fd, const void* bytes, size_t size);
ssize_t __real_pread(int fd, void* bytes, size_t size, off_t offset);
int __real_fsync(int fd);
int __real_mkdirat(int folder, const char* path, mode_t mode);
int __real_renameat(int from_folder, const char* from, int to_folder, const char* to);
int __real_renameat2(int from_folder, const char* from, int to_folder, const char* to,
                     unsigned flags);
int __real_unlinkat(int folder, const char* path, int flags);
int __real_link(const char* from, const char* to);
long __real_syscall(long number, long a, long b, long c, long d, long e, long f);

int __wrap_open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (Fails("open", (flags & O_CREAT) != 0 ? Does::kMake : Does::kLook)) return -1;
  return __real_open(path, flags, mode);
}

int __wrap_openat(int folder, const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(more, mode_t) : 0;
  va_end(more);
  if (Fails("openat", (flags & O_CREAT) != 0 ? Does::kMake : Does::kLook)) return -1;
  return __real_openat(folder, path, flags, mode);
}

ssize_t __wrap_write(int fd, const void* bytes, size_t size) {
  if (IsShort()) return __real_write(fd, bytes, IsTheOne("write", Does::kWrite) ? size / 2 : size);
  return Fails("write", Does::kWrite) ? -1 : __real_write(fd, bytes, size);
}

ssize_t __wrap_pread(int fd, void* bytes, size_t size, off_t offset) {
  if (IsShort()) {
    return __real_pread(fd, bytes, IsTheOne("pread", Does::kRead) ? size / 2 : size, offset);
  }
  return Fails("pread", Does::kRead) ? -1 : __real_pread(fd, bytes, size, offset);
}

int __wrap_fsync(int fd) {
  struct stat what = {};
  fstat(fd, &what);
  const char* name = S_ISDIR(what.st_mode) ? "fsync of a folder" : "fsync of a file";
  return Fails(name, Does::kMake) ? -1 : __real_fsync(fd);
}

int __wrap_mkdirat(int folder, const char* path, mode_t mode) {
  return Fails("mkdirat", Does::kMake) ? -1 : __real_mkdirat(folder, path, mode);
}

int __wrap_renameat(int from_folder, const char* from, int to_folder, const char* to) {
  return Fails("renameat", Does::kMake) ? -1 : __real_renameat(from_folder, from, to_folder, to);
}

int __wrap_renameat2(int from_folder, const char* from, int to_folder, const char* to,
                     unsigned flags) {
  if (Fails("renameat2", Does::kMake)) return -1;
  return __real_renameat2(from_folder, from, to_folder, to, flags);
}

int __wrap_unlinkat(int folder, const char* path, int flags) {
  return Fails("unlinkat", Does::kLook) ? -1 : __real_unlinkat(folder, path, flags);
}

int __wrap_link(const char* from, const char* to) {
  return Fails("link", Does::kMake) ? -1 : __real_link(from, to);
}

// openat2 has no function of its own.
long __wrap_syscall(long number, long a, long b, long c, long d, long e, long f) {
  return Fails("openat2", Does::kLook) ? -1 : __real_syscall(number, a, b, c, d, e, f);
}

}  // extern "C"
