// `--where` of the verb list: which rows to show.
//
//   filter   = term *("," term)            every term must hold
//   term     = key ("=" | "!=" | "<" | "<=" | ">" | ">=") value
// Numbers compare by value (40 = 40.0); `<` and its kin hold for numbers only; `id` and `parent`
// are met by the start of an id. A row may give a key more than once (`stage`: the name and the number): `=` holds
// if one of them is equal, `!=` if none is. A row without the key meets `!=` only.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace pursuit {

// (key, text) pairs: describe.hpp's run_parameters, id, stage, state, losses, ...
using Row = std::vector<std::pair<std::string, std::string>>;

// What a filter may name. `words`: the only values of it; empty: anything.
struct FilterKey {
  std::string name;
  std::vector<std::string> words;
  bool is_number = false;
};

// id, stage (name or number), mode, every parameter, seed. The caller adds state, losses, ...
std::vector<FilterKey> run_filter_keys();

// The key as rows spell it: an alias becomes its parameter, a name of earlier versions today's. `option`: who asks, for the message.
// Throws ConfigError: there is no such key (with a "did you mean").
const FilterKey &known_key(const char *option, std::string_view name,
                           const std::vector<FilterKey> &keys);

// Sign of a - b; nullopt if they are not both numbers.
std::optional<int> compared_numbers(std::string_view a, std::string_view b);

class Filter {
public:
  bool matches(const Row &row) const;
  // Keys by names of earlier versions: "loss_mean_last_200 is called loss now".
  const std::vector<std::string> &notices() const { return notices_; }

private:
  friend Filter parse_filter(std::string_view text, const std::vector<FilterKey> &keys);
  enum class Relation { equal, unequal, less, less_equal, greater, greater_equal };
  struct Term {
    std::string key;
    Relation relation = Relation::equal;
    std::string value;
  };
  Term parse_term(std::string_view text, const std::vector<FilterKey> &keys);
  static bool holds(const Term &term, const Row &row);

  std::vector<Term> terms_;
  std::vector<std::string> notices_;
};

// An empty text matches every row. Throws ConfigError: unknown key (with a "did you mean"), no
// relation, a value that the key never takes.
Filter parse_filter(std::string_view text, const std::vector<FilterKey> &keys);

} // namespace pursuit
