// Characters that look like a space, or like nothing, and are none to YAML: they come with text copied from web pages and
// word processors.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace pursuit {

struct OddSpace {
  std::size_t at = 0, bytes = 0; // in the text
  char32_t code = 0;
  std::string name() const; // "no-break space (U+00A0)"
};

// The first one at or after `from`; `text` is UTF-8.
std::optional<OddSpace> find_odd_space(std::string_view text, std::size_t from = 0);

} // namespace pursuit
