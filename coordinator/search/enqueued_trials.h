// First trials given by hand, before those of any method.
#pragma once

#include <memory>

#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// `method`, whose first trials take the values that `spec.enqueue` names, the others from the
// method. They stand before the points of a grid; with other methods, which go on for ever, they
// are the first of `max_trials`.
std::unique_ptr<SearchMethod> WithEnqueuedTrials(std::unique_ptr<SearchMethod> method,
                                                 const v1::SearchSpec& spec);

}  // namespace pleat
