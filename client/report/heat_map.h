// A confusion matrix as coloured cells.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pleat {

// Classes beyond which a matrix is too fine to read.
inline constexpr size_t kMostHeatMapClasses = 64;

// `counts` [label * classes + predicted]. Hits and mistakes have colours of their own; the shade is
// the share of the label's rows, on a root scale so that few mistakes are seen. Up to 20 classes
// have their counts written in.
std::string HeatMapSvg(const std::vector<uint64_t>& counts,
                       const std::vector<std::string>& class_names, const std::string& label);

}  // namespace pleat
