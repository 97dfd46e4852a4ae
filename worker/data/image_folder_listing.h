// The files of an image folder, without their content.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"

namespace pleat {

// One file, still unopened.
struct ImageFile {
  std::string path;
  std::string id;      // "class/file.png", or "file.png" without classes
  int64_t label = -1;  // number of its class; -1 without classes
};

// Classes are the sub-folders by the order of their names (of their bytes, as Python sorts them),
// files are ordered by class, then by name. Either the folder has sub-folders of files, or files.
struct ImageFolderListing {
  std::vector<std::string> class_names;  // empty: images without labels
  std::vector<ImageFile> files;
};

// Lists `folder`. Links are followed; what is hidden (names that begin with '.', and Windows'
// Thumbs.db and desktop.ini) is left aside. NOT_FOUND, PERMISSION_DENIED, and INVALID_ARGUMENT,
// which names the file or folder that is out of place: files beside class folders, folders in class
// folders, folders without files, names that no text file can hold. Asks `keep_going` for every
// folder.
absl::StatusOr<ImageFolderListing> ListImageFolder(const std::string& folder,
                                                   const KeepGoing& keep_going = NeverStops);

// Keeps `limit` files (0: all), in order: the first of each class, then the second of each, and so
// on, so that all classes are there if there are as many files.
void LimitFiles(uint64_t limit, ImageFolderListing& listing);

}  // namespace pleat
