#include "experiment/words.hpp"

#include <fmt/format.h>

#include "base/suggest.hpp"
#include "experiment/measures.hpp"

namespace pursuit {

const std::vector<std::string> &mode_words() {
  static const std::vector<std::string> words = {"activation", "prior_input"};
  return words;
}

const std::vector<std::string> &activation_words() {
  static const std::vector<std::string> words = {"input_gain", "threshold", "response_gain"};
  return words;
}

const std::vector<std::string> &contrast_words() {
  static const std::vector<std::string> words = {"high", "low"};
  return words;
}

const std::vector<std::string> &figure_words() {
  static const std::vector<std::string> words = {
      "velocity_traces",   "learning_curves", "direction_scatter", "stage2_learning",
      "bias_toward_prior", "direction_sd",    "threshold_tuning",  "population_tuning",
      "response_change",   "unit_tuning",     "state_space",       "bias_time_course",
      "prior_cue",         "parameter_map",   "shuffle_control"};
  return words;
}

std::vector<std::string> figure_option_words(std::string_view figure) {
  std::vector<std::string> words = {"where", "stage"};
  if (figure == "parameter_map") words.insert(words.end(), {"x", "y", "measure", "contrast"});
  if (figure == "unit_tuning" || figure == "state_space") words.emplace_back("seed");
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
  for (char c : text) {
    const unsigned char byte = static_cast<unsigned char>(c);
    const bool begins_character = (byte & 0xC0) != 0x80; // never cut inside a UTF-8 character
    if (clean.size() >= k_longest && begins_character) return clean + "...";
    clean += byte < 0x20 || byte == 0x7F ? ' ' : c;
  }
  return clean;
}

std::string word_hint(std::string_view word, std::span<const std::string> known) {
  const std::string suggestion = did_you_mean(word, known);
  return suggestion.empty() ? fmt::format("write {}", listed(known, "or")) : suggestion;
}

} // namespace pursuit
