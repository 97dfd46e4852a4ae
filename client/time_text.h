// Times and durations for people.
#pragma once

#include <cstdint>
#include <string>

namespace pleat {

// "2026-11-22 23:54:08", in the local time zone.
std::string LocalTimeText(int64_t unix_ms);

// "8 s", "1:05 min", "2:03:10 h".
std::string DurationText(int64_t ms);

}  // namespace pleat
