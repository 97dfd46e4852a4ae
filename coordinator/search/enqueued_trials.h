// First trials given by hand, before those of any method.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "coordinator/search/search_method.h"
#include "proto/sweep.pb.h"

namespace pleat {

// Why trial `trial` is what it is. `is_complete`: it names every parameter; else `method_reason` is
// the method's.
std::string ReasonByHand(uint32_t trial, bool is_complete, const std::string& method_reason);

// `method`, whose first trials take the values that `spec.enqueue` names, the others from the
// method. They stand before the points of a grid; with other methods, which go on for ever, they
// are the first of `max_trials`.
std::unique_ptr<SearchMethod> WithEnqueuedTrials(std::unique_ptr<SearchMethod> method,
                                                 const v1::SearchSpec& spec);

}  // namespace pleat
