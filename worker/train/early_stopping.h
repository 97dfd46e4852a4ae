// When a fold ends before its last epoch.
#pragma once

#include <google/protobuf/repeated_field.h>

#include "proto/artifact.pb.h"
#include "proto/sweep.pb.h"

namespace pleat {

// True if training ends after the epochs of `history`: Keras's EarlyStopping. A value counts as
// progress if it beats the best so far by more than min_delta; after `patience` epochs in a row
// without, training ends. The first epoch is progress. The mode is the metric's: losses down,
// others up. A pure function, so that a fold that is resumed ends where it would have ended.
bool StopsEarly(const v1::EarlyStoppingSpec& spec,
                const google::protobuf::RepeatedPtrField<v1::EpochMetrics>& history);

}  // namespace pleat
