// What the program's own sources say, in a few letters.
#pragma once

namespace pleat {

// SHA-256 (hex) of the sources that decide the bits of a training; written by
// cmake/SourceDigest.cmake at each build.
extern const char kSourceDigest[];

}  // namespace pleat
