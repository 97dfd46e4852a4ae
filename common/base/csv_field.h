// Text in a CSV file.
#pragma once

#include <string>

namespace pleat {

// `text`, quoted if it holds what a CSV file means otherwise (RFC 4180).
std::string CsvField(const std::string& text);

}  // namespace pleat
