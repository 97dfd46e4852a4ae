// Initial weights. Each tensor has a random stream of its own, found by its name, and is filled in
// logical order; so its values depend neither on layout and dtype nor on the other tensors.
#pragma once

#include <cstdint>
#include <string_view>

#include "worker/model/flat_parameters.h"

namespace pleat {

// Normal with mean 0, truncated at two standard deviations, so that the variance after truncation
// is 2 / fan_in (He et al. 2015; Keras's he_normal).
FlatParameters::Initializer HeNormal(uint64_t key, std::string_view name, int64_t fan_in);

// Uniform in ±sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010; Keras's glorot_uniform).
FlatParameters::Initializer GlorotUniform(uint64_t key, std::string_view name, int64_t fan_in,
                                          int64_t fan_out);

// Every element equal.
FlatParameters::Initializer Constant(double value);

}  // namespace pleat
