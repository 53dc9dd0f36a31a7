#include "cli/text_table.hpp"

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/utf8.hpp"

namespace pursuit {

namespace {

bool is_number(const std::string &text) {
  char *end = nullptr;
  std::strtod(text.c_str(), &end);
  return end == text.c_str() + text.size();
}

// The name and the cells, filled up with blanks to one width.
std::vector<std::string> aligned(const TextColumn &column) {
  std::vector<std::string> lines = {column.name};
  for (const std::string &cell : column.cells) lines.push_back(visible(cell));
  std::size_t width = 0;
  for (const std::string &line : lines) width = std::max(width, line.size());
  // An id of digits only would look like a number.
  const bool right = column.name != "id" && column.name != "parent" &&
                     std::all_of(column.cells.begin(), column.cells.end(), is_number);
  for (std::string &line : lines)
    line = right ? fmt::format("{:>{}}", line, width) : fmt::format("{:<{}}", line, width);
  return lines;
}

} // namespace

std::string text_table(const std::vector<TextColumn> &columns) {
  if (columns.empty()) return "";
  std::vector<std::string> lines(columns.front().cells.size() + 1);
  for (const TextColumn &column : columns) {
    const std::vector<std::string> cells = aligned(column);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      if (&column != &columns.front()) lines[i] += "  ";
      lines[i] += cells[i];
    }
  }
  std::string text;
  for (std::string &line : lines) {
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

} // namespace pursuit
