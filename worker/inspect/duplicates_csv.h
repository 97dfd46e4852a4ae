// All duplicates as a file.
#pragma once

#include <string>

#include "worker/inspect/inspection.h"

namespace pleat {

inline constexpr char kDuplicatesFile[] = "duplicates.csv";

// A line for each row that has an image of several rows, after the header
// "set,split,row,id,label,class". Rows of one image have one number `set`; those and rows are
// numbered from 0. The id is empty in data without ids, label and class in rows without labels.
std::string DuplicatesCsv(const Inspection& inspection);

}  // namespace pleat
