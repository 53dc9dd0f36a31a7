#include "cli/fitted_text.hpp"

#include <algorithm>

namespace pursuit {

namespace {

// A character and how many columns it takes, at most: a combining one counts as well, which only leaves room.
struct Character {
  std::string bytes;
  int columns = 1;
};

// UTF-8, and bytes that are none each by itself.
std::vector<Character> characters(const std::string &text) {
  std::vector<Character> result;
  for (std::size_t at = 0; at < text.size();) {
    const unsigned char first = static_cast<unsigned char>(text[at]);
    std::size_t size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC0 ? 2 : 1;
    for (std::size_t i = 1; i < size; ++i) {
      if (at + i >= text.size() || (static_cast<unsigned char>(text[at + i]) & 0xC0U) != 0x80U)
        size = 1;
    }
    Character next{text.substr(at, size), 1};
    // From U+1100 on (E1 84 80) characters may be wide; arrows, dashes and "…" (U+2000 to U+2E7F: E2 80 to E2 B9) are not.
    const bool is_narrow = first == 0xE2 && static_cast<unsigned char>(text[at + 1]) < 0xBA;
    if (size >= 3 && !is_narrow) next.columns = 2;
    if (size == 1 && (first < 0x20 || first == 0x7F || first >= 0x80)) next.bytes = " ";
    if (size == 2 && first == 0xC2 && static_cast<unsigned char>(text[at + 1]) < 0xA0)
      next.bytes = " "; // C1 controls
    result.push_back(std::move(next));
    at += size;
  }
  return result;
}

int width(const std::vector<Character> &text) {
  int columns = 0;
  for (const Character &character : text) columns += character.columns;
  return columns;
}

std::string joined(const std::vector<Character> &text) {
  std::string bytes;
  for (const Character &character : text) bytes += character.bytes;
  return bytes;
}

// Removes characters from the end until no more than `columns` are left.
void cut(std::vector<Character> &text, int columns) {
  for (int left = width(text); left > columns; text.pop_back()) left -= text.back().columns;
}

} // namespace

std::string fitted(const std::string &text, int columns) {
  std::vector<Character> all = characters(text);
  if (width(all) <= columns) return joined(all);
  if (columns < 1) return "";
  cut(all, columns - 1);
  return joined(all) + "…";
}

std::string squeezed(const std::string &text, int columns) {
  std::vector<Character> head = characters(text), tail = head;
  if (width(head) <= columns || columns < 3) return fitted(text, columns);
  const int room = columns - 1;
  cut(head, room - room / 2);
  std::reverse(tail.begin(), tail.end());
  cut(tail, room / 2);
  std::reverse(tail.begin(), tail.end());
  return joined(head) + "…" + joined(tail);
}

std::vector<std::string> folded(const std::string &text, int columns) {
  std::vector<std::string> lines(1);
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t comma = std::min(text.find(", ", at), text.size());
    const std::string part = text.substr(at, comma - at) + (comma < text.size() ? "," : "");
    const int together = width(characters(lines.back())) + 1 + width(characters(part));
    if (lines.back().empty()) {
      lines.back() = part;
    } else if (together <= columns) {
      lines.back() += " " + part;
    } else {
      lines.push_back(part);
    }
    at = std::min(comma + 2, text.size());
  }
  for (std::string &line : lines) line = fitted(line, columns);
  return lines;
}

} // namespace pursuit
