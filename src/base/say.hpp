// What the programs say to people. A path, a name or an error may hold anything, and a terminal obeys what is in it: so
// control characters and bytes that are no UTF-8 are written as \x1b; a newline stays one.
#pragma once

#include <string>
#include <utility>

#include <fmt/format.h>

namespace pursuit {

// visible(), line by line.
std::string visible_lines(const std::string &text);

// On stderr. One that is full or gone never stops a run.
void say_text(const std::string &text);
// On stdout; if nobody reads it, main finds out.
void tell_text(const std::string &text);

// The text is formatted like fmt::format; no newline is added.
template <class... Values> void say(fmt::format_string<Values...> format, Values &&...values) {
  say_text(fmt::format(format, std::forward<Values>(values)...));
}
template <class... Values> void tell(fmt::format_string<Values...> format, Values &&...values) {
  tell_text(fmt::format(format, std::forward<Values>(values)...));
}

} // namespace pursuit
