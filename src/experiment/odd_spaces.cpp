#include "experiment/odd_spaces.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>

namespace pursuit {

namespace {

struct Range {
  char32_t first, last;
};

// Unicode: White_Space beyond ASCII, and what has no width of its own.
constexpr std::array<Range, 8> k_ranges = {{{0xA0, 0xA0},
                                            {0xAD, 0xAD},
                                            {0x1680, 0x1680},
                                            {0x2000, 0x200F},
                                            {0x2028, 0x202F},
                                            {0x205F, 0x2064},
                                            {0x3000, 0x3000},
                                            {0xFEFF, 0xFEFF}}};

bool is_odd(char32_t code) {
  return std::any_of(k_ranges.begin(), k_ranges.end(),
                     [&](const Range &range) { return range.first <= code && code <= range.last; });
}

// Of a character of two or three bytes; 0 for others, none of which is odd.
OddSpace character_at(std::string_view text, std::size_t at) {
  const auto bits = [&](std::size_t i, unsigned mask) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[i]) & mask);
  };
  const unsigned char lead = static_cast<unsigned char>(text[at]);
  if ((lead & 0xE0) == 0xC0 && at + 1 < text.size())
    return {at, 2, bits(at, 0x1F) << 6 | bits(at + 1, 0x3F)};
  if ((lead & 0xF0) == 0xE0 && at + 2 < text.size())
    return {at, 3, bits(at, 0x0F) << 12 | bits(at + 1, 0x3F) << 6 | bits(at + 2, 0x3F)};
  return {at, 1, 0};
}

} // namespace

std::string OddSpace::name() const {
  const char *kind =
      code == 0xA0 || code == 0x202F ? "no-break space" : "space that is none to YAML";
  return fmt::format("{} (U+{:04X})", kind, static_cast<unsigned>(code));
}

std::optional<OddSpace> find_odd_space(std::string_view text, std::size_t from) {
  for (std::size_t i = from; i < text.size(); ++i) {
    if (static_cast<unsigned char>(text[i]) < 0xC2) continue; // ASCII, or within a character
    const OddSpace character = character_at(text, i);
    if (is_odd(character.code)) return character;
  }
  return std::nullopt;
}

} // namespace pursuit
