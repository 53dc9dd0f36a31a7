#include "cli/shell_words.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <string_view>

namespace pursuit {

namespace {

// Anything else means something to some shell.
bool is_plain(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

} // namespace

std::string shell_quoted(const std::string &word) {
  if (!word.empty() && std::all_of(word.begin(), word.end(), is_plain)) return word;
  std::string quoted = "'";
  for (char c : word) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

std::string own_command() {
  std::ifstream file("/proc/self/cmdline", std::ios::binary);
  std::string command;
  std::string word;
  while (std::getline(file, word, '\0')) {
    command += (command.empty() ? "" : " ") + shell_quoted(word);
  }
  return command;
}

} // namespace pursuit
