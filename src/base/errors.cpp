#include "base/errors.hpp"

#include <utility>

#include <fmt/format.h>

namespace pursuit {

std::string to_text(const Where &where) {
  if (where.file.empty()) return "";
  if (where.line == 0) return where.file;
  if (where.column == 0) return fmt::format("{}:{}", where.file, where.line);
  return fmt::format("{}:{}:{}", where.file, where.line, where.column);
}

std::string to_text(const Complaint &complaint) {
  std::string line = to_text(complaint.where);
  if (!line.empty()) line += ": ";
  line += complaint.what;
  if (!complaint.next.empty()) line += "; " + complaint.next;
  return line;
}

namespace {

std::string joined(const std::vector<Complaint> &complaints) {
  std::string text;
  for (const Complaint &complaint : complaints) {
    if (!text.empty()) text += '\n';
    text += to_text(complaint);
  }
  return text;
}

} // namespace

ConfigError::ConfigError(std::vector<Complaint> complaints)
    : std::runtime_error(joined(complaints)), complaints_(std::move(complaints)) {}

ConfigError::ConfigError(const std::string &what, const std::string &next)
    : ConfigError(std::vector<Complaint>{{Where{}, what, next}}) {}

} // namespace pursuit
