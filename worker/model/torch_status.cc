#include "worker/model/torch_status.h"

#include <torch/types.h>

#include <new>
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace pleat {
namespace {

absl::Status OutOfMemory(const std::string& attempted, const std::string& what) {
  return absl::ResourceExhaustedError(absl::StrCat("out of memory while ", attempted, ": ", what));
}

absl::Status Failed(const std::string& attempted, const std::string& what) {
  return absl::InternalError(absl::StrCat(attempted, " failed: ", what));
}

}  // namespace

absl::Status TorchStatus(std::string_view attempted) {
  const std::string doing(attempted);
  try {
    throw;
  } catch (const std::bad_alloc& error) {
    return OutOfMemory(doing, error.what());
  } catch (const c10::Error& error) {
    const std::string what = error.what_without_backtrace();
    const bool is_memory =
        absl::StrContains(what, "allocate memory") || absl::StrContains(what, "out of memory");
    return is_memory ? OutOfMemory(doing, what) : Failed(doing, what);
  } catch (const std::exception& error) {
    return Failed(doing, error.what());
  }
}

}  // namespace pleat
