#include "worker/inspect/split_facts.h"

#include <algorithm>

namespace pleat {
namespace {

template <typename Number>
std::vector<uint64_t> CountNumbers(const std::vector<Number>& numbers, size_t at_least) {
  std::vector<uint64_t> counts(at_least);
  for (const Number number : numbers) {
    const auto place = static_cast<size_t>(number);
    if (place >= counts.size()) counts.resize(place + 1);
    ++counts[place];
  }
  return counts;
}

}  // namespace

SplitFacts CountSplit(const std::string& name, const Dataset& dataset, uint32_t classes) {
  SplitFacts facts{.name = name,
                   .rows = static_cast<uint64_t>(dataset.rows),
                   .is_labelled = !dataset.labels.empty(),
                   .group_names = dataset.group_names,
                   .group_rows = CountNumbers(dataset.groups, dataset.group_names.size()),
                   .origin_names = dataset.origins};
  if (facts.is_labelled) facts.class_rows = CountNumbers(dataset.labels, classes);
  if (!dataset.origins.empty()) {
    facts.origin_rows = CountNumbers(dataset.origin_of_rows, dataset.origins.size());
  }
  if (!dataset.pixels.empty()) {
    const auto [least, largest] = std::ranges::minmax_element(dataset.pixels);
    facts.least = *least;
    facts.largest = *largest;
  }
  return facts;
}

CountSpread SpreadOf(std::vector<uint64_t> counts) {
  std::ranges::sort(counts);
  return {counts.front(), counts[(counts.size() - 1) / 2], counts.back()};
}

}  // namespace pleat
