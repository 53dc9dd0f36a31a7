#include "report/html.hpp"

#include <array>
#include <utility>

#include "base/utf8.hpp"

namespace pursuit {

namespace {

constexpr std::array<std::pair<char, std::string_view>, 5> k_entities = {
    {{'&', "&amp;"}, {'<', "&lt;"}, {'>', "&gt;"}, {'"', "&quot;"}, {'\'', "&#39;"}}};

} // namespace

std::string html(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (const char c : shown_utf8(text)) {
    std::string_view entity;
    for (const auto &[character, name] : k_entities) {
      if (c == character) entity = name;
    }
    const bool control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
    if (!entity.empty())
      out += entity;
    else
      out += control ? ' ' : c;
  }
  return out;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::size_t length = 1;
    char c = text[i];
    for (const auto &[character, name] : k_entities) {
      if (text.substr(i, name.size()) != name) continue;
      c = character;
      length = name.size();
    }
    out += c;
    i += length;
  }
  return out;
}

} // namespace pursuit
