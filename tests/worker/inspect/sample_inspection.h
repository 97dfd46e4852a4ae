// An inspection for tests of what is made of one.
#pragma once

#include "worker/inspect/inspection.h"

namespace pleat {

// Two classes, a training set with groups and an unlabelled test set that holds one of its rows.
inline Inspection SampleInspection() {
  const InspectionImage image{.file = "one.png", .png = "png", .width = 2, .height = 2};
  Inspection inspection{.name = "digits", .shape = {2, 2, 1}, .settings_sha256 = "cc"};
  inspection.class_names = {"cat", "<dog & co>"};
  inspection.splits = {
      {.name = "train", .rows = 30, .class_rows = {10, 20}, .group_rows = {15, 15}, .largest = 250},
      {.name = "test", .rows = 5, .is_labelled = false, .largest = 250}};
  inspection.sha256 = {{"train", "aa"}, {"test", "bb"}};
  inspection.duplicates.rows = {{0, 1}, {1, 0}};
  inspection.duplicates.sets = {{.rows = {{0, 3, 1}, {1, 4, -1}}, .is_between_splits = true}};
  inspection.shown_duplicates = {
      {.image = {.file = "duplicate-0.png", .png = "png", .width = 2, .height = 2},
       .rows = inspection.duplicates.sets[0]}};
  inspection.images = {
      {.split = "train", .classes = {{.label = 1, .mean = image, .samples = image}}, .left_out = 3},
      {.split = "test", .classes = {{.label = -1, .mean = image, .samples = image}}}};
  inspection.augmentation = {{.title = "gamma", .note = "min <1>", .image = image}};
  return inspection;
}

}  // namespace pleat
