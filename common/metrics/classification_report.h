// Text like that of scikit-learn's classification_report.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "proto/training_state.pb.h"

namespace pleat {

// Precision, recall, F1 and rows of each class, then accuracy and the macro and weighted means:
// byte for byte what sklearn.metrics.classification_report(labels=range(classes), target_names=
// class_names, digits=digits, zero_division=0) prints. `class_names` has a name per class; at least
// one row is counted.
std::string ClassificationReport(const v1::ClassCounts& counts,
                                 std::span<const std::string> class_names, int digits = 2);

}  // namespace pleat
