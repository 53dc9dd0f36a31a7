#include "plan/filter.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"
#include "experiment/measures.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

template <typename Number> std::optional<Number> number_in(std::string_view text) {
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  Number number{};
  const std::from_chars_result end =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || end.ec != std::errc() || end.ptr != text.data() + text.size())
    return std::nullopt;
  return number;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

[[noreturn]] void refuse(const std::string &what, const std::string &next,
                         const char *option = "--where") {
  throw ConfigError(std::vector<Complaint>{{{option}, what, next}});
}

} // namespace

// Whole numbers compare exactly: a seed may have more digits than a double.
std::optional<int> compared_numbers(std::string_view a, std::string_view b) {
  const std::optional<std::int64_t> whole_a = number_in<std::int64_t>(a);
  const std::optional<std::int64_t> whole_b = number_in<std::int64_t>(b);
  if (whole_a && whole_b) return *whole_a < *whole_b ? -1 : *whole_a > *whole_b;
  const std::optional<double> real_a = number_in<double>(a);
  const std::optional<double> real_b = number_in<double>(b);
  if (!real_a || !real_b || *real_a != *real_a || *real_b != *real_b) return std::nullopt;
  return *real_a < *real_b ? -1 : *real_a > *real_b;
}

namespace {

// A measure of two contrasts, by a name that says none, of today or of earlier versions.
void refuse_without_contrast(const char *option, std::string_view name) {
  const std::string renamed = renamed_measure(fmt::format("{}_low", name));
  const std::string_view today =
      renamed.empty() ? name : std::string_view(renamed).substr(0, renamed.size() - 4);
  const Measure *measure = find_measure(today).measure;
  if (measure == nullptr || measure->by_contrast == nullptr) return;
  refuse(fmt::format("{} has a value for each contrast", name),
         fmt::format("write {0}_low or {0}_high", today), option);
}

} // namespace

const FilterKey &known_key(const char *option, std::string_view name,
                           const std::vector<FilterKey> &keys) {
  const Parameter *parameter = find_parameter(name);
  const std::string renamed = renamed_measure(name);
  const std::string_view wanted = parameter != nullptr ? parameter->key
                                  : renamed.empty()    ? name
                                                       : std::string_view(renamed);
  std::vector<std::string> names;
  for (const FilterKey &key : keys) {
    if (key.name == wanted) return key;
    names.push_back(key.name);
  }
  refuse_without_contrast(option, name);
  const std::string suggestion = did_you_mean(name, names);
  refuse(fmt::format("unknown key \"{}\"", shown(name)),
         suggestion.empty() ? fmt::format("use one of {}", fmt::join(names, ", ")) : suggestion,
         option);
}

namespace {

bool is_equal(const std::string &key, std::string_view have, std::string_view wanted) {
  if (key == "id" || key == "parent") return have.starts_with(wanted);
  if (wanted == "none" && have.empty()) return true; // a bound that there is not
  return have == wanted || compared_numbers(have, wanted) == 0;
}

void check_value(const FilterKey &key, const std::string &value) {
  if (value.empty()) refuse(fmt::format("{} is compared with nothing", key.name), "give a value");
  const Parameter *parameter = find_parameter(key.name);
  if (parameter != nullptr && is_bound(*parameter) && value == "none") return;
  if (key.is_number && !number_in<double>(value) && value != "unknown")
    refuse(fmt::format("{} is a number, not \"{}\"", key.name, value), "");
  if (key.words.empty() || std::count(key.words.begin(), key.words.end(), value) != 0) return;
  const std::string suggestion = did_you_mean(value, key.words);
  refuse(fmt::format("{} is never \"{}\"", key.name, value),
         suggestion.empty() ? fmt::format("use one of {}", fmt::join(key.words, ", "))
                            : suggestion);
}

} // namespace

std::vector<FilterKey> run_filter_keys() {
  std::vector<FilterKey> keys = {
      {"id", {}, false},
      {"stage", {}, false},
      {"mode", {std::string(to_text(Mode::activation)), std::string(to_text(Mode::prior_input))}}};
  for (const Parameter &parameter : parameters()) {
    FilterKey key{std::string(parameter.key), {}, true};
    if (is_word(parameter)) {
      key.is_number = false;
      for (const ActivationSet set : all_activation_sets()) key.words.push_back(to_text(set));
    }
    keys.push_back(std::move(key));
  }
  keys.push_back({"seed", {}, true});
  return keys;
}

Filter::Term Filter::parse_term(std::string_view text, const std::vector<FilterKey> &keys) {
  const std::size_t at = text.find_first_of("=!<>");
  if (at == std::string_view::npos || at == 0 || (text[at] == '!' && text.substr(at, 2) != "!="))
    refuse(fmt::format("\"{}\" is no comparison", trimmed(text)),
           "write key=value, with = != < <= > or >=");
  Term term;
  const bool has_equal_sign = text[at] != '=' && text.substr(at + 1, 1) == "=";
  switch (text[at]) {
  case '!':
    term.relation = Relation::unequal;
    break;
  case '<':
    term.relation = has_equal_sign ? Relation::less_equal : Relation::less;
    break;
  case '>':
    term.relation = has_equal_sign ? Relation::greater_equal : Relation::greater;
    break;
  default:
    term.relation = Relation::equal;
  }
  std::size_t value_at = at + (has_equal_sign ? 2 : 1);
  if (text.substr(at, 2) == "==") ++value_at; // a habit; means the same
  term.value = trimmed(text.substr(value_at));
  const std::string_view name = trimmed(text.substr(0, at));
  const FilterKey &key = known_key("--where", name, keys);
  term.key = key.name;
  if (!renamed_measure(name).empty())
    notices_.push_back(fmt::format("--where: {} is called {} now", name, key.name));
  if (const ReadActivationSet set = read_activation_set(term.value);
      key.name == "activation" && set.is_good())
    term.value = to_text(set.set); // threshold+input_gain means input_gain+threshold
  check_value(key, term.value);
  const bool is_order = term.relation != Relation::equal && term.relation != Relation::unequal;
  // A stage may be named by its number.
  const bool has_numbers = key.is_number || key.name == "stage";
  if (is_order && (!has_numbers || !number_in<double>(term.value)))
    refuse(fmt::format("{} cannot be ordered by \"{}\"", term.key, term.value),
           "< <= > >= compare numbers");
  return term;
}

bool Filter::holds(const Term &term, const Row &row) {
  for (const auto &[key, text] : row) {
    if (key != term.key) continue;
    if (term.relation == Relation::equal || term.relation == Relation::unequal) {
      if (is_equal(key, text, term.value)) return term.relation == Relation::equal;
      continue;
    }
    const std::optional<int> order = compared_numbers(text, term.value);
    if (!order) continue;
    if (*order < 0 && (term.relation == Relation::less || term.relation == Relation::less_equal))
      return true;
    if (*order > 0 &&
        (term.relation == Relation::greater || term.relation == Relation::greater_equal))
      return true;
    if (*order == 0 &&
        (term.relation == Relation::less_equal || term.relation == Relation::greater_equal))
      return true;
  }
  return term.relation == Relation::unequal;
}

bool Filter::matches(const Row &row) const {
  return std::all_of(terms_.begin(), terms_.end(),
                     [&](const Term &term) { return holds(term, row); });
}

Filter parse_filter(std::string_view text, const std::vector<FilterKey> &keys) {
  Filter filter;
  std::vector<Complaint> complaints;
  while (!trimmed(text).empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    try {
      filter.terms_.push_back(filter.parse_term(text.substr(0, comma), keys));
    } catch (const ConfigError &error) {
      complaints.insert(complaints.end(), error.complaints().begin(), error.complaints().end());
    }
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  if (!complaints.empty()) throw ConfigError(std::move(complaints));
  return filter;
}

} // namespace pursuit
