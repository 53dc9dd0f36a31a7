#include "base/utf8.hpp"

#include <algorithm>

#include <fmt/format.h>

namespace pursuit {

namespace {

// U+EF80..U+EFBF is EE BE 80..BF, U+EFC0..U+EFFF is EE BF 80..BF.
constexpr unsigned char k_mark = 0xEE, k_lower = 0xBE, k_upper = 0xBF;

unsigned char at(std::string_view text, std::size_t i) {
  return i < text.size() ? static_cast<unsigned char>(text[i]) : 0;
}

bool begins_with_byte(std::string_view text) {
  return at(text, 0) == k_mark && (at(text, 1) == k_lower || at(text, 1) == k_upper) &&
         (at(text, 2) & 0xC0) == 0x80;
}

void append_byte(std::string &text, unsigned char byte) {
  text += static_cast<char>(k_mark);
  text += static_cast<char>(byte < 0xC0 ? k_lower : k_upper);
  text += static_cast<char>(0x80 | (byte & 0x3F));
}

} // namespace

std::size_t utf8_length(std::string_view text) {
  const auto continues = [&](std::size_t i, unsigned low = 0x80, unsigned high = 0xBF) {
    return low <= at(text, i) && at(text, i) <= high;
  };
  const unsigned first = at(text, 0);
  if (text.empty()) return 0;
  if (first < 0x80) return 1;
  if (0xC2 <= first && first <= 0xDF) return continues(1) ? 2 : 0;
  if (0xE0 <= first && first <= 0xEF) {
    const unsigned low = first == 0xE0 ? 0xA0 : 0x80;  // no overlong form
    const unsigned high = first == 0xED ? 0x9F : 0xBF; // no surrogate
    return continues(1, low, high) && continues(2) ? 3 : 0;
  }
  if (0xF0 <= first && first <= 0xF4) {
    const unsigned low = first == 0xF0 ? 0x90 : 0x80;
    const unsigned high = first == 0xF4 ? 0x8F : 0xBF; // at most U+10FFFF
    return continues(1, low, high) && continues(2) && continues(3) ? 4 : 0;
  }
  return 0;
}

std::string utf8_of_bytes(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    std::size_t length = utf8_length(bytes);
    if (length == 0 || begins_with_byte(bytes)) {
      append_byte(text, at(bytes, 0));
      length = 1;
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(length);
  }
  return text;
}

std::string bytes_of_utf8(std::string_view text) {
  std::string bytes;
  bytes.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (begins_with_byte(text.substr(i))) {
      bytes +=
          static_cast<char>((at(text, i + 1) == k_lower ? 0x80 : 0xC0) | (at(text, i + 2) & 0x3F));
      i += 2;
    } else {
      bytes += text[i];
    }
  }
  return bytes;
}

bool may_hold_bytes(std::string_view text) {
  for (const std::string_view mark : {"\xEE\xBE", "\xEE\xBF", "\\ue", "\\uE"}) {
    if (text.find(mark) != std::string_view::npos) return true;
  }
  return false;
}

std::string visible(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    const unsigned char first = at(bytes, 0);
    const bool is_c1 = length == 2 && first == 0xC2 && at(bytes, 1) < 0xA0; // U+0080..U+009F
    const std::size_t taken = std::max<std::size_t>(length, 1);
    if (first == '\n' || first == '\t') {
      text += first == '\n' ? "\\n" : "\\t";
    } else if (length == 0 || first < 0x20 || first == 0x7F || is_c1) {
      for (std::size_t i = 0; i < taken; ++i) text += fmt::format("\\x{:02x}", at(bytes, i));
    } else {
      text += bytes.substr(0, length);
    }
    bytes.remove_prefix(taken);
  }
  return text;
}

std::string shown_utf8(std::string_view bytes) {
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    const std::size_t length = utf8_length(bytes);
    text += length == 0 ? std::string_view("\xEF\xBF\xBD") : bytes.substr(0, length);
    bytes.remove_prefix(length == 0 ? 1 : length);
  }
  return text;
}

} // namespace pursuit
