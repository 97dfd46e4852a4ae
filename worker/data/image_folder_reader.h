// Folders of PNG images, a sub-folder per class, as torchvision's ImageFolder and Keras's
// image_dataset_from_directory read them.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "common/base/keep_going.h"
#include "proto/sweep.pb.h"
#include "worker/data/dataset.h"

namespace pleat {

// Reads the images of ListImageFolder in their order, at most `limit` (0: all) as LimitFiles keeps
// them, without digest. Ids are their paths below the folder. A class is numbered by the order of
// its name; names are kept unless they are those numbers. `channels` "auto" gives grey if the
// headers of all these images say so (a palette counts as colour). Pixels as DecodePng and
// AppendPixels make them.
// Errors name the file, two if their sizes differ: those of ListImageFolder, InputFile and
// DecodePng; RESOURCE_EXHAUSTED if the images do not fit. All headers are read before the first
// image is decoded. Asks `keep_going` for every file.
absl::StatusOr<Dataset> ReadImageFolder(const v1::ImageFolderSource& source, uint64_t limit,
                                        const KeepGoing& keep_going = NeverStops);

}  // namespace pleat
