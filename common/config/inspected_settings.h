// What a look at a sweep's data shows of the sweep's settings.
#pragma once

#include <string>

#include "proto/sweep.pb.h"

namespace pleat {

// SHA-256, lower-case hex, of the settings on which the page of `pleat inspect` depends beside the
// data: classes and scale, augmentation, test-time views, their seeds, normalization. Resolved
// specs with equal ones have equal digests, whatever else they say: a look at one is a look at the
// other, if the data are the same.
std::string InspectedSettingsSha256(const v1::SweepSpec& spec);

}  // namespace pleat
