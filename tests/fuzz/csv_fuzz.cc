// CSV data sets, gzipped or not, read for a training set with ids, groups and folds, and for one of
// pixels alone.
#include "tests/fuzz/fuzz_target.h"
#include "worker/data/csv_reader.h"

namespace pleat {
namespace {

void Check(const absl::StatusOr<Dataset>& dataset) {
  if (!dataset.ok()) return Require(!dataset.status().message().empty(), "a refusal says why");
  const size_t rows = static_cast<size_t>(dataset->rows);
  Require(dataset->pixels.size() == rows * dataset->height * dataset->width * dataset->channels,
          "each pixel is there");
  Require(dataset->labels.empty() || dataset->labels.size() == rows, "each label is there");
  Require(dataset->ids.empty() || dataset->ids.size() == rows, "each id is there");
  Require(dataset->groups.empty() || dataset->groups.size() == rows, "each group is there");
}

// Which columns are asked for follows from the input's size, so that each input takes one reading's
// time.
void ReadCsv(std::string_view input) {
  const MemoryFile file(input);
  v1::CsvSource source;
  source.set_path(file.path());
  source.set_label_column("label");
  switch (input.size() % 4) {
    case 0:
    case 1:
      source.set_id_column("id");
      return Check(ReadCsvDataset(source, {.group = "writer", .fold = "fold"}, 0));
    case 2:
      return Check(ReadCsvDataset(source, {}, 3));
    default:
      source.set_label_column("");
      source.set_height(2);
      return Check(ReadCsvDataset(source, {.left_aside = {"label", "id"}}, 0));
  }
}

const RegisteredTarget kCsvTarget({.name = "csv", .run = ReadCsv});

}  // namespace
}  // namespace pleat
