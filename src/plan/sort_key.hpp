// `--sort` of the verbs list and plan: by what the rows are ordered.
//
//   sort     = key *("," key)        the first counts most
//   key      = ["-"] name            "-": the largest first
// Numbers go by size, words that a key may take in their usual order, other texts by the alphabet;
// rows without a value come last either way. Equal rows stay in the order they had.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plan/filter.hpp"

namespace pursuit {

struct SortKey {
  FilterKey key;
  bool falling = false;
};

// Empty for an empty text. Throws ConfigError: an unknown key (with a "did you mean").
std::vector<SortKey> parse_sort(std::string_view text, const std::vector<FilterKey> &keys);

// Indexes into `rows`, which all have the same columns.
std::vector<std::size_t> sorted_rows(const std::vector<Row> &rows, const std::vector<SortKey> &by);

} // namespace pursuit
