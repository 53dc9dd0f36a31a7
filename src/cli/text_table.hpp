// A table for people: columns two blanks apart, numbers to the right, no blanks at the end of a line.
#pragma once

#include <string>
#include <vector>

namespace pursuit {

struct TextColumn {
  std::string name;
  std::vector<std::string> cells; // as many in every column; empty: nothing is known
};

// The names and a line per row. A column is one of numbers where every cell that is not empty is a number.
std::string text_table(const std::vector<TextColumn> &columns);

} // namespace pursuit
