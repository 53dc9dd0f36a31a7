// What the programs say on stderr. A stderr that is full or gone never stops a run.
#pragma once

#include <cstdio>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace pursuit {

// The text is formatted like fmt::format; no newline is added.
template <class... Values> void say(fmt::format_string<Values...> format, Values &&...values) {
  const std::string text = fmt::format(format, std::forward<Values>(values)...);
  std::fwrite(text.data(), 1, text.size(), stderr);
}

} // namespace pursuit
