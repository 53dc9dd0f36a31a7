// A terminal's other screen: drawn over as a whole, and left as if nothing had been.
#pragma once

#include <string>
#include <vector>

namespace pursuit {

struct TerminalSize {
  int columns = 80, lines = 24;
};

// Of the terminal behind `fd`; 80 x 24 where it does not say.
TerminalSize terminal_size(int fd);

// Whether it is a terminal that can be drawn on.
bool can_draw_on(int fd);

// On standard output. What was there before comes back with `leave`, and at the end of its life.
class TerminalScreen {
public:
  TerminalScreen() { enter(); }
  ~TerminalScreen() { leave(); }
  TerminalScreen(const TerminalScreen &) = delete;
  TerminalScreen &operator=(const TerminalScreen &) = delete;

  void enter();
  void leave();
  // No more lines than the terminal has, none wider than it.
  void draw(const std::vector<std::string> &lines);

private:
  bool entered_ = false;
};

} // namespace pursuit
