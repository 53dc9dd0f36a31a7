#include "experiment/words.hpp"

#include <fmt/format.h>

#include "base/suggest.hpp"
#include "experiment/activation.hpp"
#include "experiment/figure_table.hpp"
#include "experiment/measures.hpp"
#include "experiment/odd_spaces.hpp"

namespace pursuit {

const std::vector<std::string> &mode_words() {
  static const std::vector<std::string> words = {"activation", "prior_input"};
  return words;
}

const std::vector<std::string> &activation_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> names;
    for (const ActivationParameter &row : k_activation_parameters) names.emplace_back(row.name);
    return names;
  }();
  return words;
}

std::string activation_fault(std::string_view text) {
  const ReadActivationSet read = read_activation_set(text);
  if (read.twice) return fmt::format("{} is given twice", to_text(*read.twice));
  if (!read.unknown) return "";
  if (read.unknown->empty() && !text.empty()) return "a name is missing beside a +";
  return fmt::format("there is no activation \"{}\"", shown(*read.unknown));
}

std::string activation_hint(std::string_view text) {
  const ReadActivationSet read = read_activation_set(text);
  return read.unknown ? word_hint(*read.unknown, activation_words()) : "";
}

const std::vector<std::string> &contrast_words() {
  static const std::vector<std::string> words = {"high", "low"};
  return words;
}

const std::vector<std::string> &figure_words() {
  static const std::vector<std::string> words = [] {
    std::vector<std::string> names;
    for (const FigureRow &row : figure_table()) names.emplace_back(row.name);
    return names;
  }();
  return words;
}

std::vector<std::string> figure_option_words(std::string_view figure) {
  std::vector<std::string> words = {"where", "stage"};
  const FigureRow *row = find_figure(figure);
  if (row != nullptr && row->is_map) words.insert(words.end(), {"x", "y", "measure", "contrast"});
  if (row != nullptr && row->is_of_one) words.emplace_back("seed");
  return words;
}

std::vector<std::string> measure_words() {
  std::vector<std::string> words;
  for (const Measure &measure : measure_table()) words.emplace_back(measure.name);
  for (const MeasureColumn &column : measure_columns()) {
    if (!column.contrast.empty()) words.push_back(column.name());
  }
  return words;
}

std::string listed(std::span<const std::string> words, std::string_view conjunction) {
  std::string text;
  for (std::size_t i = 0; i < words.size(); ++i) {
    if (i > 0) text += i + 1 == words.size() ? fmt::format(" {} ", conjunction) : ", ";
    text += words[i];
  }
  return text;
}

std::string shown(std::string_view text) {
  constexpr std::size_t k_longest = 60;
  std::string clean;
  std::optional<OddSpace> odd = find_odd_space(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const unsigned char byte = static_cast<unsigned char>(text[i]);
    const bool begins_character = (byte & 0xC0) != 0x80; // never cut inside a UTF-8 character
    if (clean.size() >= k_longest && begins_character) return clean + "...";
    if (odd && odd->at == i) {
      clean += fmt::format("<U+{:04X}>", static_cast<unsigned>(odd->code));
      i += odd->bytes - 1;
      odd = find_odd_space(text, i + 1);
      continue;
    }
    clean += byte < 0x20 || byte == 0x7F ? ' ' : text[i];
  }
  return clean;
}

std::string word_hint(std::string_view word, std::span<const std::string> known) {
  const std::string suggestion = did_you_mean(word, known);
  return suggestion.empty() ? fmt::format("write {}", listed(known, "or")) : suggestion;
}

} // namespace pursuit
