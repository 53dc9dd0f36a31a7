#include "cli/terminal_screen.hpp"

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <sys/ioctl.h>
#include <unistd.h>

#include <fmt/format.h>

namespace pursuit {

namespace {

// Control sequences of ECMA-48; the other screen and the cursor as in xterm, which every terminal of today follows.
constexpr const char *k_enter = "\033[?1049h\033[?25l";
constexpr const char *k_leave = "\033[?25h\033[?1049l";
constexpr const char *k_erase_line = "\033[2K", *k_erase_below = "\033[J";

void write(const std::string &text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
}

} // namespace

TerminalSize terminal_size(int fd) {
  winsize size{};
  TerminalSize known;
  if (::ioctl(fd, TIOCGWINSZ, &size) != 0) return known;
  if (size.ws_col > 0) known.columns = size.ws_col;
  if (size.ws_row > 0) known.lines = size.ws_row;
  return known;
}

bool can_draw_on(int fd) {
  const char *terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return !dumb && ::isatty(fd) == 1;
}

void TerminalScreen::enter() {
  if (!entered_) write(k_enter);
  entered_ = true;
}

void TerminalScreen::leave() {
  if (entered_) write(k_leave);
  entered_ = false;
}

// Line by line over what was there, so that nothing flickers. Each is erased before it is written: behind one as wide as
// the terminal the last character would go.
void TerminalScreen::draw(const std::vector<std::string> &lines) {
  std::string text;
  for (std::size_t i = 0; i < lines.size(); ++i)
    text += fmt::format("\033[{};1H{}{}", i + 1, k_erase_line, lines[i]);
  const int rows = terminal_size(STDOUT_FILENO).lines;
  if (static_cast<int>(lines.size()) < rows)
    text += fmt::format("\033[{};1H{}", lines.size() + 1, k_erase_below);
  write(text);
}

} // namespace pursuit
