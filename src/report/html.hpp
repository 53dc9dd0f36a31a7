// Text inside HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

// & < > " ' as entities; control characters, which XML cannot hold, as spaces; bytes that are no UTF-8 as U+FFFD.
std::string html(std::string_view text);
// The inverse.
std::string unescaped(std::string_view text);

} // namespace pursuit
