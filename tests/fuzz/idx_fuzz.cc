// IDX files, gzipped or not.
#include "tests/fuzz/fuzz_target.h"
#include "worker/data/idx_reader.h"

namespace pleat {
namespace {

void ReadIdxAnyhow(std::string_view input) {
  const MemoryFile file(input);
  for (const int dimensions : {1, 3}) {
    const absl::StatusOr<IdxArray> array = ReadIdx(file.path(), dimensions);
    if (!array.ok()) {
      Require(!array.status().message().empty(), "a refusal says why");
      continue;
    }
    size_t size = 1;
    for (const int64_t length : array->shape) size *= static_cast<size_t>(length);
    Require(array->data.size() == size, "each element is there");
  }
}

const RegisteredTarget kIdxTarget({.name = "idx", .run = ReadIdxAnyhow});

}  // namespace
}  // namespace pleat
