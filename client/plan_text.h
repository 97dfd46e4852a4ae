// A plan, for people.
#pragma once

#include <string>

#include "proto/plan.pb.h"

namespace pleat {

// What the sweep is, a table of what it takes, what the plays show, and the notes; a text of
// several lines.
std::string PlanText(const v1::Plan& plan);

}  // namespace pleat
