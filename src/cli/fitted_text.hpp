// Texts cut to a terminal's width.
#pragma once

#include <string>
#include <vector>

namespace pursuit {

// On one line, at most `columns` wide; a cut is marked by "…". Control characters become blanks. A character of East Asian
// writing takes two columns.
std::string fitted(const std::string &text, int columns);
// The same, cut in the middle.
std::string squeezed(const std::string &text, int columns);
// Parts that are joined by ", ", on as many lines as they take.
std::vector<std::string> folded(const std::string &text, int columns);

} // namespace pursuit
