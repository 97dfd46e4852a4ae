#include "worker/inspect/duplicates.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <unordered_map>

#include "common/base/status_macros.h"

namespace pleat {
namespace {

constexpr int64_t kRowsBetweenQuestions = 4096;

void NameRows(const std::vector<std::pair<std::string, Dataset>>& splits, DuplicateSet& set) {
  for (RowPlace& place : set.rows) {
    const std::vector<std::string>& ids = splits[place.split].second.ids;
    if (!ids.empty()) place.id = ids[static_cast<size_t>(place.row)];
  }
}

void Describe(DuplicateSet& set) {
  int64_t label = -1;
  for (const RowPlace& place : set.rows) {
    set.is_between_splits |= place.split != set.rows.front().split;
    if (place.label < 0) continue;
    set.is_conflict |= label >= 0 && place.label != label;
    label = place.label;
  }
}

void Count(const DuplicateSet& set, std::vector<std::vector<uint64_t>>& rows) {
  std::vector<uint64_t> of_split(rows.size());
  for (const RowPlace& place : set.rows) ++of_split[place.split];
  for (size_t a = 0; a < rows.size(); ++a) {
    for (size_t b = 0; b < rows.size(); ++b) {
      if (of_split[a] == 0 || of_split[b] == 0) continue;
      rows[a][b] += a == b ? of_split[a] - 1 : of_split[a];
    }
  }
}

}  // namespace

absl::StatusOr<DuplicateFacts> FindDuplicates(
    const std::vector<std::pair<std::string, Dataset>>& splits, const KeepGoing& keep_going) {
  // The map compares what has one hash. Most rows are alone, so sets are made at the second row.
  struct Found {
    RowPlace first;
    size_t set = SIZE_MAX;
  };
  DuplicateFacts facts;
  std::unordered_map<std::string_view, Found> found;
  size_t rows = 0;
  for (const auto& [name, dataset] : splits) rows += static_cast<size_t>(dataset.rows);
  found.reserve(rows);
  for (size_t split = 0; split < splits.size(); ++split) {
    const Dataset& dataset = splits[split].second;
    const auto bytes = static_cast<size_t>(dataset.height * dataset.width * dataset.channels);
    for (int64_t row = 0; row < dataset.rows; ++row) {
      if (row % kRowsBetweenQuestions == 0) PLEAT_RETURN_IF_ERROR(keep_going());
      const int64_t label = dataset.labels.empty() ? -1 : dataset.labels[static_cast<size_t>(row)];
      const RowPlace place{.split = split, .row = row, .label = label};
      const std::string_view pixels(reinterpret_cast<const char*>(dataset.row(row)), bytes);
      const auto [entry, is_new] = found.try_emplace(pixels, Found{place});
      if (is_new) continue;
      Found& known = entry->second;
      if (known.set == SIZE_MAX) {
        known.set = facts.sets.size();
        facts.sets.push_back({.rows = {known.first}});
      }
      facts.sets[known.set].rows.push_back(place);
    }
  }
  facts.rows.assign(splits.size(), std::vector<uint64_t>(splits.size()));
  for (DuplicateSet& set : facts.sets) {
    NameRows(splits, set);
    Describe(set);
    Count(set, facts.rows);
  }
  std::ranges::sort(facts.sets, {}, [](const DuplicateSet& set) {
    return std::pair(set.rows.front().split, set.rows.front().row);
  });
  return facts;
}

std::vector<size_t> MostTelling(const DuplicateFacts& facts, size_t most) {
  std::vector<size_t> places(facts.sets.size());
  std::iota(places.begin(), places.end(), size_t{0});
  std::ranges::stable_sort(places, std::ranges::greater(), [&](size_t i) {
    return std::pair(facts.sets[i].is_conflict, facts.sets[i].is_between_splits);
  });
  if (places.size() > most) places.resize(most);
  return places;
}

}  // namespace pleat
