// Where the data of a sweep lie.
#pragma once

#include <string>

#include "proto/sweep.pb.h"

namespace pleat {

// Makes `data.root` absolute against `folder` (itself absolute), and every other path of the sweep
// (of data sets, groups, predefined folds) against that root. Absolute paths stay; without others
// the root stays too, so that data that lie in no file are the same in every folder. Names nothing
// on disk: the files may be on other machines.
void MakePathsAbsolute(const std::string& folder, v1::SweepSpec* spec);

// Moves the root of `data`, and every path below it, to `new_root`; other paths stay.
void MoveDataRoot(const std::string& new_root, v1::DataSpec* data,
                  v1::PredefinedSplitSpec* predefined);

// Takes every path out; what the files hold, as the names of their columns, stays.
void ClearPaths(v1::SweepSpec* spec);

}  // namespace pleat
