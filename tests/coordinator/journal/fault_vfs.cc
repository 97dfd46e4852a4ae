#include "tests/coordinator/journal/fault_vfs.h"

#include <sqlite3.h>

#include <filesystem>
#include <mutex>

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

// Counts a call; true if it is the one to fail.
bool Fails(const char* what, const char* name, bool is_sync = false) {
  if (g_plan.syncs_only && !is_sync) return false;
  if (++g_report.calls != g_plan.fail_at) return false;
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
  if (!Fails("write", NameOf(file))) return real->pMethods->xWrite(real, from, size, offset);
  if (g_plan.kind == FaultPlan::Kind::kFull) return SQLITE_FULL;
  if (g_plan.kind == FaultPlan::Kind::kShortWrite) {
    real->pMethods->xWrite(real, from, size / 2, offset);
  }
  return SQLITE_IOERR_WRITE;
}

int Truncate(sqlite3_file* file, sqlite3_int64 size) {
  if (Fails("truncate", NameOf(file))) return SQLITE_IOERR_TRUNCATE;
  return RealOf(file)->pMethods->xTruncate(RealOf(file), size);
}

int Sync(sqlite3_file* file, int flags) {
  if (Fails("sync", NameOf(file), /*is_sync=*/true)) return SQLITE_IOERR_FSYNC;
  return RealOf(file)->pMethods->xSync(RealOf(file), flags);
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
  const int code = RealOf(vfs)->xOpen(RealOf(vfs), name, opened->real, flags, out_flags);
  if (opened->real->pMethods != nullptr) opened->base.pMethods = &kMethods;
  return code;
}

int Delete(sqlite3_vfs* vfs, const char* name, int sync_folder) {
  if (Fails("delete", name)) return SQLITE_IOERR_DELETE;
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

}  // namespace pleat
