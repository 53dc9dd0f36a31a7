#include "cli/progress_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "cli/duration.hpp"

namespace pursuit {

namespace {

// Code points start with any byte but 10xxxxxx.
bool starts_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }

std::string loss_text(double loss) {
  return std::isfinite(loss) ? fmt::format("loss {:.5f}", loss) : std::string("loss -");
}

} // namespace

std::string slot_line(const SlotRow &row, std::size_t slot_width) {
  if (row.run.empty()) return fmt::format("{:<{}}  idle", row.slot, slot_width);
  const std::size_t digits = std::to_string(row.n_trials).size();
  return fmt::format("{:<{}}  {:>{}}/{} trials  {:<12}  {:6.1f} trials/s  {}{}", row.slot,
                     slot_width, row.trial, digits, row.n_trials, loss_text(row.loss),
                     row.trials_per_s, row.run,
                     row.more_runs > 0 ? fmt::format(" and {} more", row.more_runs) : "");
}

std::string totals_line(const ManifestCounts &counts, double left_s) {
  std::string text = fmt::format("{} of {} done", counts.done, counts.total);
  if (counts.reused > 0) text += fmt::format(" ({} reused)", counts.reused);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  if (counts.running > 0) text += fmt::format(", {} running", counts.running);
  if (counts.pending > 0) text += fmt::format(", {} pending", counts.pending);
  const bool unfinished = counts.running + counts.pending > 0;
  if (unfinished && left_s >= 0) text += fmt::format(", about {} left", duration_text(left_s));
  return text;
}

std::string fitted(const std::string &text, int columns) {
  const std::ptrdiff_t characters = std::count_if(text.begin(), text.end(), starts_character);
  if (characters <= columns) return text;
  if (columns < 1) return "";
  std::ptrdiff_t kept = 0;
  std::size_t end = 0;
  while (end < text.size() && (kept < columns - 1 || !starts_character(text[end]))) {
    ++end;
    if (end < text.size() && starts_character(text[end])) ++kept;
  }
  return text.substr(0, end) + "…";
}

std::vector<std::string> screen(const std::vector<SlotRow> &rows, const std::string &totals,
                                int columns, int lines) {
  std::vector<const SlotRow *> order;
  for (const SlotRow &row : rows) order.push_back(&row);
  const std::size_t room = static_cast<std::size_t>(std::max(lines - 2, 1));
  std::size_t shown = rows.size();
  if (rows.size() > room) {
    std::stable_partition(order.begin(), order.end(),
                          [](const SlotRow *row) { return !row->run.empty(); });
    shown = room - 1;
  }
  std::size_t width = 0;
  for (const SlotRow &row : rows) width = std::max(width, row.slot.size());
  std::vector<std::string> text;
  for (std::size_t i = 0; i < shown; ++i)
    text.push_back(fitted(slot_line(*order[i], width), columns));
  if (shown < rows.size()) {
    text.push_back(fitted(fmt::format("and {} more slots", rows.size() - shown), columns));
  }
  text.push_back(fitted(totals, columns));
  return text;
}

} // namespace pursuit
