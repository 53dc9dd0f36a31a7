// UTF-8, and bytes that are not. Paths and messages of the system are bytes; JSON holds only Unicode. A byte that belongs
// to no well-formed UTF-8 sequence stands in JSON as the character U+EF00 + byte (U+EF80..U+EFFF, for private use), and so
// does each byte of such a character itself. Everything else stands as it is, so that text without either is unchanged,
// and what is written and read again is the same bytes.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pursuit {

// Bytes of the well-formed UTF-8 sequence at the start of `text` (Unicode, table 3-7), 0 if there is none.
std::size_t utf8_length(std::string_view text);

// Any bytes as UTF-8, and the inverse.
std::string utf8_of_bytes(std::string_view bytes);
std::string bytes_of_utf8(std::string_view text);
// Whether a text holds a character that stands for a byte; also one that is written as a JSON escape (\uef80).
bool may_hold_bytes(std::string_view text);

// For a terminal, on one line: control characters, which a path may hold, and bytes that are no UTF-8 as \n, \t, \x1b.
std::string visible(std::string_view bytes);

// For people: what is no UTF-8 becomes U+FFFD.
std::string shown_utf8(std::string_view bytes);

} // namespace pursuit
