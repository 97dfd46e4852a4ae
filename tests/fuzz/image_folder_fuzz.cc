// Names in a folder of images: each line of the input is a path to make below it.
#include <sys/stat.h>

#include <fstream>

#include "absl/strings/str_split.h"
#include "tests/fuzz/fuzz_target.h"
#include "worker/data/image_folder_listing.h"

namespace pleat {
namespace {

constexpr int kMostPaths = 12;

bool IsPlain(std::string_view part) {
  return !part.empty() && part != "." && part != ".." && part.find('\0') == std::string_view::npos;
}

// Makes the path with its folders, as far as a file system takes it; one that ends with '/' is a
// folder.
void Make(const std::string& root, std::string_view line) {
  std::string path = root;
  const std::vector<std::string> parts = absl::StrSplit(std::string(line), '/');
  for (size_t i = 0; i + 1 < parts.size(); ++i) {
    if (!IsPlain(parts[i])) return;
    mkdir((path += "/" + parts[i]).c_str(), 0755);
  }
  if (IsPlain(parts.back())) std::ofstream file(path + "/" + parts.back());
}

void ListNames(std::string_view input) {
  const std::string& root = EmptyFolder();
  const std::vector<std::string> lines = absl::StrSplit(std::string(input), '\n');
  for (size_t i = 0; i < lines.size() && i < kMostPaths; ++i) Make(root, lines[i]);
  absl::StatusOr<ImageFolderListing> listing = ListImageFolder(root);
  if (!listing.ok()) return Require(!listing.status().message().empty(), "a refusal says why");
  Require(!listing->files.empty(), "what is accepted has images");
  for (const ImageFile& file : listing->files) {
    Require(file.id.find('\n') == std::string::npos, "an id is one line");
    Require(file.label < static_cast<int64_t>(listing->class_names.size()), "a label is a class");
    Require((file.label < 0) == listing->class_names.empty(), "all have labels, or none");
  }
  const size_t kept = (listing->files.size() + 1) / 2;
  LimitFiles(kept, *listing);
  Require(listing->files.size() == kept, "as many are kept as asked for");
}

const RegisteredTarget kImageFolderTarget({.name = "image_folder", .run = ListNames});

}  // namespace
}  // namespace pleat
