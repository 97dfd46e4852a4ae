// Suggestions for mistyped words.
#pragma once

#include <string>
#include <vector>

namespace pleat {

// Number of letters to insert, remove, change or swap with the next one to get from `a` to `b`
// (optimal string alignment).
int EditDistance(const std::string& a, const std::string& b);

// The word nearest to `word`, the first one of equals; empty if none is near (a third of the
// letters or less, but one always).
std::string NearestWord(const std::string& word, const std::vector<std::string>& words);

// What to do about an unknown word: `; did you mean "epochs"?`, or else `; one of: a, b, c`.
std::string SuggestWord(const std::string& word, const std::vector<std::string>& words);

}  // namespace pleat
