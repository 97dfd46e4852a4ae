// What a look at a sweep's data shows: plain data, gathered by inspect_sweep.h and drawn by
// inspection_html.h.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "worker/augment/image_shape.h"
#include "worker/inspect/duplicates.h"
#include "worker/inspect/image_sheet.h"
#include "worker/inspect/split_facts.h"

namespace pleat {

// Rows of one class of a split, or rows without labels.
struct ClassImages {
  int64_t label = -1;  // -1: without labels
  InspectionImage mean = {};
  InspectionImage samples = {};
};

// The images of one split.
struct SplitImages {
  std::string split = {};
  std::vector<ClassImages> classes = {};  // those with rows, at most a few dozen
  uint64_t left_out = 0;                  // classes with rows that are not shown
};

// An image that stands in several rows.
struct DuplicateImage {
  InspectionImage image = {};
  DuplicateSet rows = {};
};

// Rows through transforms, drawn several times.
struct PreviewGrid {
  std::string title = {};  // "shift_scale_rotate"
  std::string note = {};   // where it stands in the sweep, and its options
  InspectionImage image = {};
};

// The whole look.
struct Inspection {
  std::string name = {};  // of the sweep
  ImageShape shape = {};
  double scale = 255;
  bool scale_matters = true;         // false: inputs are normalised by their own mean and deviation
  std::string settings_sha256 = {};  // InspectedSettingsSha256
  std::vector<std::string> class_names = {};                     // by label; all classes
  std::vector<SplitFacts> splits = {};                           // train, test, then the extra sets
  std::vector<std::pair<std::string, std::string>> sha256 = {};  // split, digest of its data
  DuplicateFacts duplicates = {};
  std::vector<DuplicateImage> shown_duplicates = {};
  std::vector<SplitImages> images = {};
  std::vector<PreviewGrid> augmentation = {};
  std::vector<PreviewGrid> views = {};
  std::string preview_note = {};           // what the previews do not show, if anything
  std::vector<std::string> findings = {};  // what should be looked at before training
};

}  // namespace pleat
