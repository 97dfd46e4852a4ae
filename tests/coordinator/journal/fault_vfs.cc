#include "tests/coordinator/journal/fault_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <random>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

FaultPlan g_plan;
FaultReport g_report;

// SQLite allocates this, and the real file behind it.
struct FaultFile {
  sqlite3_file base;
  const char* name;
  sqlite3_file* real;
};

sqlite3_file* RealOf(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file)->real; }
sqlite3_vfs* RealOf(sqlite3_vfs* vfs) { return static_cast<sqlite3_vfs*>(vfs->pAppData); }

// A file as it is on the disk for sure, and what was done to it since.
struct Unsynced {
  struct Change {
    std::string bytes;
    size_t offset = 0;
    bool cuts_off = false;  // at `offset`; else `bytes` were written there
  };
  bool is_there = false;
  std::string synced;
  std::vector<Change> changes;

  void Apply(const Change& change) {
    if (change.cuts_off) return synced.resize(change.offset);
    synced.resize(std::max(synced.size(), change.offset + change.bytes.size()));
    synced.replace(change.offset, change.bytes.size(), change.bytes);
  }
};
std::map<std::string, Unsynced> g_unsynced;  // by path
// Files whose names are gone, but not for sure: their folder was not synced since.
std::map<std::string, std::string> g_removed;

// What a disk writes at once.
constexpr size_t kSector = 512;

std::string BytesOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Sector by sector, each of which may come to the disk or not.
void NoteWrite(const char* name, std::string_view bytes, sqlite3_int64 offset) {
  if (name == nullptr) return;
  for (auto at = static_cast<size_t>(offset); !bytes.empty();) {
    const size_t size = std::min(bytes.size(), kSector - at % kSector);
    g_unsynced[name].changes.push_back({.bytes = std::string(bytes.substr(0, size)), .offset = at});
    bytes.remove_prefix(size);
    at += size;
  }
}

void NoteTruncate(const char* name, sqlite3_int64 size) {
  if (name == nullptr) return;
  g_unsynced[name].changes.push_back(
      {.bytes = {}, .offset = static_cast<size_t>(size), .cuts_off = true});
}

void NoteSync(const char* name) {
  if (name == nullptr) return;
  Unsynced& file = g_unsynced[name];
  for (const Unsynced::Change& change : file.changes) file.Apply(change);
  file.changes.clear();
  // SQLite syncs the folder of a new file with it.
  if (!std::exchange(file.is_there, true)) g_removed.clear();
}

// Counts a call; true if it is the one to fail.
bool Fails(const char* what, const char* name, bool is_sync = false) {
  if (g_plan.syncs_only && !is_sync) return false;
  ++g_report.calls;
  const bool is_dead = g_plan.for_good && g_plan.fail_at > 0 && g_report.calls > g_plan.fail_at;
  if (is_dead) return true;
  if (g_report.calls != g_plan.fail_at) return false;
  g_report.failed = absl::StrCat(
      what, " ", name == nullptr ? "" : std::filesystem::path(name).filename().string());
  return true;
}

const char* NameOf(sqlite3_file* file) { return reinterpret_cast<FaultFile*>(file)->name; }

int Close(sqlite3_file* file) { return RealOf(file)->pMethods->xClose(RealOf(file)); }

int Read(sqlite3_file* file, void* to, int size, sqlite3_int64 offset) {
  if (Fails("read", NameOf(file))) return SQLITE_IOERR_READ;
  return RealOf(file)->pMethods->xRead(RealOf(file), to, size, offset);
}

int Write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
  sqlite3_file* real = RealOf(file);
  if (!Fails("write", NameOf(file))) {
    NoteWrite(NameOf(file), {static_cast<const char*>(from), static_cast<size_t>(size)}, offset);
    return real->pMethods->xWrite(real, from, size, offset);
  }
  if (g_plan.kind == FaultPlan::Kind::kFull) return SQLITE_FULL;
  if (g_plan.kind == FaultPlan::Kind::kShortWrite) {
    NoteWrite(NameOf(file), {static_cast<const char*>(from), static_cast<size_t>(size / 2)},
              offset);
    real->pMethods->xWrite(real, from, size / 2, offset);
  }
  return SQLITE_IOERR_WRITE;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (Fails("truncate", NameOf(file))) return SQLITE_IOERR_TRUNCATE;
  NoteTruncate(NameOf(file), size);
  return RealOf(file)->pMethods->xTruncate(RealOf(file), size);
}

int Sync(sqlite3_file* file, int /*flags*/) {
  if (Fails("sync", NameOf(file), /*is_sync=*/true)) return SQLITE_IOERR_FSYNC;
  // What is sure to be on the disk is kept account of here; a real sync would only take its time.
  NoteSync(NameOf(file));
  g_report.syncs.push_back(g_report.calls);
  return SQLITE_OK;
}

int FileSize(sqlite3_file* file, sqlite3_int64* size) {
  if (Fails("size", NameOf(file))) return SQLITE_IOERR_FSTAT;
  return RealOf(file)->pMethods->xFileSize(RealOf(file), size);
}

int Lock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xLock(RealOf(file), level);
}
int Unlock(sqlite3_file* file, int level) {
  return RealOf(file)->pMethods->xUnlock(RealOf(file), level);
}
int CheckReservedLock(sqlite3_file* file, int* result) {
  return RealOf(file)->pMethods->xCheckReservedLock(RealOf(file), result);
}
int FileControl(sqlite3_file* file, int operation, void* argument) {
  return RealOf(file)->pMethods->xFileControl(RealOf(file), operation, argument);
}
int SectorSize(sqlite3_file* file) { return RealOf(file)->pMethods->xSectorSize(RealOf(file)); }
int DeviceCharacteristics(sqlite3_file* file) {
  return RealOf(file)->pMethods->xDeviceCharacteristics(RealOf(file));
}

// Version 1 has no shared memory, which a log in exclusive mode does without.
const sqlite3_io_methods kMethods = {1,
                                     Close,
                                     Read,
                                     Write,
                                     Truncate,
                                     Sync,
                                     FileSize,
                                     Lock,
                                     Unlock,
                                     CheckReservedLock,
                                     FileControl,
                                     SectorSize,
                                     DeviceCharacteristics,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr,
                                     nullptr};

int Open(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  auto* opened = reinterpret_cast<FaultFile*>(file);
  opened->base.pMethods = nullptr;
  opened->name = name;
  opened->real = reinterpret_cast<sqlite3_file*>(opened + 1);
  if (Fails("open", name)) return SQLITE_CANTOPEN;
  // What was there before this process touched it is on the disk.
  if (name != nullptr && !g_unsynced.contains(name)) {
    const bool is_there = std::filesystem::exists(name);
    g_unsynced[name] = {
        .is_there = is_there, .synced = is_there ? BytesOf(name) : "", .changes = {}};
  }
  const int code = RealOf(vfs)->xOpen(RealOf(vfs), name, opened->real, flags, out_flags);
  if (opened->real->pMethods != nullptr) opened->base.pMethods = &kMethods;
  return code;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  if (Fails("delete", name)) return SQLITE_IOERR_DELETE;
  if (sync_folder == 0 && std::filesystem::exists(name)) g_removed[name] = BytesOf(name);
  g_unsynced.erase(name);
  return RealOf(vfs)->xDelete(RealOf(vfs), name, sync_folder);
}

int Access(sqlite3_vfs* vfs, const char* name, int flags, int* result) {
  if (Fails("access", name)) return SQLITE_IOERR_ACCESS;
  return RealOf(vfs)->xAccess(RealOf(vfs), name, flags, result);
}

}  // namespace

void UseFaultVfs() {
  static std::once_flag once;
  std::call_once(once, [] {
    static sqlite3_vfs vfs = *sqlite3_vfs_find(nullptr);
    vfs.pAppData = sqlite3_vfs_find(nullptr);
    vfs.zName = "faults";
    vfs.szOsFile = static_cast<int>(sizeof(FaultFile)) + vfs.szOsFile;
    vfs.xOpen = Open;
    vfs.xDelete = Delete;
    vfs.xAccess = Access;
    sqlite3_vfs_register(&vfs, /*makeDflt=*/1);
  });
}

void SetFaultPlan(const FaultPlan& plan) {
  g_plan = plan;
  g_report = {};
}

FaultReport FaultsSoFar() { return g_report; }

void LosePower(double kept, uint32_t seed) {
  std::mt19937 random(seed);
  const auto is_kept = [&] { return std::bernoulli_distribution(kept)(random); };
  for (auto& [path, file] : g_unsynced) {
    const bool has_name = file.is_there || is_kept();
    for (const Unsynced::Change& change : file.changes) {
      if (is_kept()) file.Apply(change);
    }
    std::filesystem::remove(path);
    if (has_name) std::ofstream(path, std::ios::binary) << file.synced;
  }
  for (const auto& [path, bytes] : g_removed) {
    if (!is_kept()) std::ofstream(path, std::ios::binary) << bytes;
  }
  g_unsynced.clear();
  g_removed.clear();
}

}  // namespace pleat
