#include "base/shell_words.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace pursuit {

namespace {

// Anything else means something to some shell.
bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

// $'...' of bash, zsh and ksh: what a terminal would obey, or not show, as it can be typed.
std::string ansi_quoted(const std::string &word) {
  std::string quoted = "$'";
  for (const char c : word) {
    if (c == '\'' || c == '\\') {
      quoted += {'\\', c};
    } else if (visible({&c, 1}).size() == 1) {
      quoted += c;
    } else { // octal: of three digits at most, whatever follows
      quoted += fmt::format("\\{:03o}", static_cast<unsigned char>(c));
    }
  }
  return quoted + "'";
}

// main's. The C library (glibc) hands them to what runs before it; /proc/self/cmdline is not there everywhere.
int word_count = 0;
char **words = nullptr;
[[gnu::constructor]] void keep_words(int count, char **given) {
  word_count = count;
  words = given;
}

} // namespace

std::string shell_quoted(const std::string &word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  if (visible(word) != word) return ansi_quoted(word);
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string own_command() {
  std::string command;
  for (int i = 0; i < word_count; ++i) {
    command += (command.empty() ? "" : " ") + shell_quoted(words[i]);
  }
  return command;
}

} // namespace pursuit
