#include "experiment/faults.hpp"

#include <algorithm>
#include <map>
#include <tuple>

#include <fmt/format.h>

namespace pursuit {

void Faults::add(Where where, std::string what, std::string next) {
  if (complaints_.size() == k_most) return;
  complaints_.push_back({std::move(where), std::move(what), std::move(next)});
}

void Faults::throw_if_any() const {
  if (complaints_.empty()) return;
  std::vector<Complaint> sorted = complaints_;
  // Files in the order in which they were first complained of; inside a file from top to bottom.
  std::map<std::string, std::size_t> file_order;
  for (const Complaint &complaint : sorted)
    file_order.emplace(complaint.where.file, file_order.size());
  std::stable_sort(sorted.begin(), sorted.end(), [&](const Complaint &a, const Complaint &b) {
    return std::tuple(file_order[a.where.file], a.where.line, a.where.column) <
           std::tuple(file_order[b.where.file], b.where.line, b.where.column);
  });
  if (full())
    sorted.push_back({Where{}, fmt::format("these are the first {} faults", k_most),
                      "correct them and start again"});
  throw ConfigError(std::move(sorted));
}

} // namespace pursuit
