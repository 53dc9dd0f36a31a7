#include "base/say.hpp"

#include <cstdio>
#include <string_view>

#include "base/utf8.hpp"

namespace pursuit {

namespace {

void write(const std::string &text, std::FILE *file) {
  const std::string harmless = visible_lines(text);
  std::fwrite(harmless.data(), 1, harmless.size(), file);
}

} // namespace

std::string visible_lines(const std::string &text) {
  std::string lines;
  std::string_view rest = text;
  while (true) {
    const std::size_t end = rest.find('\n');
    lines += visible(rest.substr(0, end));
    if (end == std::string_view::npos) return lines;
    lines += '\n';
    rest.remove_prefix(end + 1);
  }
}

void say_text(const std::string &text) { write(text, stderr); }

void tell_text(const std::string &text) { write(text, stdout); }

} // namespace pursuit
