// Opens files below a root folder, never over a symbolic link and never out of the root: by
// openat2(2), or component by component where the kernel lacks it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "common/store/store.h"
#include "common/store/unique_fd.h"

namespace pleat {

// Opens an existing file or folder; `flags` as open(2). Path as SplitStorePath accepts it.
absl::StatusOr<UniqueFd> OpenBeneath(int root, const std::string& path, int flags);
// The same in the way that needs no openat2.
absl::StatusOr<UniqueFd> OpenBeneathByComponents(int root, const std::string& path, int flags);

// Opens a folder given by its components, making (durably) what is missing of it. No components:
// the root itself.
absl::StatusOr<UniqueFd> MakeFoldersBeneath(int root,
                                            const std::vector<std::string_view>& components);

// What lies in an open folder, by name; links are files. `name` is for messages.
absl::StatusOr<std::vector<StoreEntry>> ListFolder(int folder, const std::string& name);

// Removes a file, or a folder with everything below it; links are removed, not followed. Absent is
// fine.
absl::Status RemoveBeneath(int folder, const std::string& name);

// Removes files that were being written in an open folder and those below it; `name` is for
// messages.
absl::Status RemoveLeftoversIn(int folder, const std::string& name);

}  // namespace pleat
