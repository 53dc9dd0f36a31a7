// The fixed words of an experiment file, and words in messages.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pursuit {

const std::vector<std::string> &mode_words();
const std::vector<std::string> &activation_words();
// Why the text names no set of activation parameters, or "".
std::string activation_fault(std::string_view text);
// What to do about it; "" where that is plain.
std::string activation_hint(std::string_view text);
const std::vector<std::string> &contrast_words();
const std::vector<std::string> &figure_words();

// The options that a figure has a meaning for.
std::vector<std::string> figure_option_words(std::string_view figure);

// What a claim or a map may name: measures ("bias", with a contrast beside it), then what has one in its name ("bias_low").
std::vector<std::string> measure_words();

// "a, b or c".
std::string listed(std::span<const std::string> words, std::string_view conjunction);

// A user's text for a message: cut when long, without line breaks and control characters, and with spaces that are none
// made visible: "N<U+00A0>".
std::string shown(std::string_view text);

// What to do about a word that is none of `known`: did you mean, or the list of them.
std::string word_hint(std::string_view word, std::span<const std::string> known);

} // namespace pursuit
