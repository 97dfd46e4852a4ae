// The fields of one CSV line.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pleat {

// Takes fields off the front of a line. Fields are separated by commas and may stand in double
// quotes, where "" is a quote; a field does not go on over the end of a line.
class CsvFields {
 public:
  explicit CsvFields(std::string_view line) : rest_(line) {}

  // True if there is another field.
  bool HasNext() const { return !at_end_; }
  // A plain number of up to three digits up to the next comma: nothing taken, and nothing returned,
  // if the field is anything else. Nearly all fields of an image are such, so this path is short.
  std::optional<uint32_t> TakeShortNumber();
  // The field without its quotes and surrounding blanks. Nothing if a quote is not closed, or is
  // followed by more than a comma.
  std::optional<std::string> Take();

 private:
  void Drop(size_t field_length);

  std::string_view rest_;
  bool at_end_ = false;
};

// All fields of a line; nothing if its quotes do not fit.
std::optional<std::vector<std::string>> SplitCsvLine(std::string_view line);

}  // namespace pleat
