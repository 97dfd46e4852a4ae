// Files that appear under their name complete and durable, or not at all.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace pleat {

// What to do if the name is taken.
enum class IfTaken { kRefuse, kReplace };

// Writes `bytes` to a temporary file in `folder`, makes it durable, gives it its name, and makes
// the name durable. ALREADY_EXISTS if the name is taken and must not be. After an error no new file
// is left. Safe among threads, processes and machines that share the folder.
absl::Status WriteDurably(int folder, const std::string& name, std::string_view bytes,
                          IfTaken if_taken);

// Makes the names in a folder durable.
absl::Status SyncFolder(int folder, std::string_view name);

// Reads `size` bytes from `offset` of an open file; fewer only where the file ends.
absl::StatusOr<std::string> ReadFully(int fd, uint64_t offset, uint64_t size,
                                      std::string_view path);

}  // namespace pleat
