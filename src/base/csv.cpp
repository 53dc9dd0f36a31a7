#include "base/csv.hpp"

namespace pursuit {

namespace {

std::string quoted_where_needed(const std::string &text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + "\"";
}

} // namespace

std::string csv_line(const std::vector<std::string> &cells) {
  std::string line;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (i > 0) line += ',';
    line += quoted_where_needed(cells[i]);
  }
  return line + "\n";
}

} // namespace pursuit
