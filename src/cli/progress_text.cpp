#include "cli/progress_text.hpp"

#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "base/duration.hpp"
#include "cli/fitted_text.hpp"

namespace pursuit {

namespace {

// How much is shown, from a wide terminal to a narrow one.
struct Layout {
  int gap = 2; // between columns
  bool slot = true, speed = true;
  int loss_digits = 5;
  bool left_in_full = true;
};
constexpr Layout k_layouts[] = {
    {2, true, true, 5, true}, {2, true, false, 5, true}, {1, false, false, 3, false}};

// A run's name of that many columns tells it from most others.
constexpr std::size_t k_telling = 24;

struct Cells {
  std::string slot, run, trials, loss, speed, left;
};

// "47 s", "12 min", "3 h", "2 d".
std::string brief_duration(double seconds) {
  if (seconds < 100) return fmt::format("{:.0f} s", seconds);
  if (seconds < 6000) return fmt::format("{:.0f} min", seconds / 60);
  if (seconds < 360000) return fmt::format("{:.0f} h", seconds / 3600);
  return fmt::format("{:.0f} d", seconds / 86400);
}

Cells cells_of(const SlotRow &row, const Layout &layout) {
  if (row.run.empty()) return {row.slot, layout.slot ? "idle" : row.slot + " idle", "", "", "", ""};
  Cells cells;
  cells.slot = row.slot;
  cells.run = row.run + (row.more_runs > 0 ? fmt::format(" and {} more", row.more_runs) : "");
  cells.trials = fmt::format("{}/{}", row.trial, row.n_trials);
  cells.loss = std::isfinite(row.loss) ? fmt::format("{:.{}f}", row.loss, layout.loss_digits) : "-";
  cells.speed = fmt::format("{:.1f}", row.trials_per_s);
  cells.left = row.left_s < 0        ? "-"
               : layout.left_in_full ? duration_text(std::ceil(row.left_s))
                                     : brief_duration(std::ceil(row.left_s));
  return cells;
}

// The names of the columns are the first row.
std::vector<Cells> table_of(const std::vector<SlotRow> &rows, const Layout &layout) {
  std::vector<Cells> table = {{"slot", "run", "trials", "loss", "trials/s", "left"}};
  for (const SlotRow &row : rows) table.push_back(cells_of(row, layout));
  return table;
}

std::size_t width_of(const std::vector<Cells> &table, std::string Cells::*column) {
  std::size_t width = 0;
  for (const Cells &cells : table) width = std::max(width, (cells.*column).size());
  return width;
}

// What the other columns leave for the runs' names; may be negative.
int room_for_runs(const std::vector<Cells> &table, const Layout &layout, int columns) {
  std::size_t taken = 0;
  const auto add = [&](std::string Cells::*column) {
    taken += width_of(table, column) + static_cast<std::size_t>(layout.gap);
  };
  if (layout.slot) add(&Cells::slot);
  if (layout.speed) add(&Cells::speed);
  for (std::string Cells::*column : {&Cells::trials, &Cells::loss, &Cells::left}) add(column);
  return columns - static_cast<int>(taken);
}

std::vector<std::string> lines_of(const std::vector<Cells> &table, const Layout &layout,
                                  int columns) {
  const std::string gap(static_cast<std::size_t>(layout.gap), ' ');
  const int room = std::max(room_for_runs(table, layout, columns), 1);
  const std::size_t run_width =
      std::min(static_cast<std::size_t>(room), width_of(table, &Cells::run));
  std::vector<std::string> lines;
  for (const Cells &cells : table) {
    std::string line;
    if (layout.slot) line = fmt::format("{:<{}}", cells.slot, width_of(table, &Cells::slot)) + gap;
    line += fmt::format("{:<{}}", squeezed(cells.run, room), run_width);
    line += gap + fmt::format("{:>{}}", cells.trials, width_of(table, &Cells::trials));
    line += gap + fmt::format("{:>{}}", cells.loss, width_of(table, &Cells::loss));
    if (layout.speed)
      line += gap + fmt::format("{:>{}}", cells.speed, width_of(table, &Cells::speed));
    line += gap + fmt::format("{:>{}}", cells.left, width_of(table, &Cells::left));
    line.erase(line.find_last_not_of(' ') + 1);
    lines.push_back(fitted(line, columns));
  }
  return lines;
}

} // namespace

std::vector<std::string> slot_lines(const std::vector<SlotRow> &rows, int columns) {
  for (const Layout &layout : k_layouts) {
    const std::vector<Cells> table = table_of(rows, layout);
    const int wanted = static_cast<int>(std::min(width_of(table, &Cells::run), k_telling));
    if (&layout == std::end(k_layouts) - 1 || room_for_runs(table, layout, columns) >= wanted)
      return lines_of(table, layout, columns);
  }
  return {};
}

std::string totals_line(const ManifestCounts &counts, double left_s) {
  std::string text = fmt::format("{} of {} done", counts.done, counts.total);
  if (counts.reused > 0) text += fmt::format(" ({} reused)", counts.reused);
  if (counts.diverged > 0) text += fmt::format(", {} diverged", counts.diverged);
  if (counts.failed > 0) text += fmt::format(", {} failed", counts.failed);
  if (counts.skipped > 0) text += fmt::format(", {} skipped", counts.skipped);
  if (counts.running > 0) text += fmt::format(", {} running", counts.running);
  if (counts.pending > 0) text += fmt::format(", {} pending", counts.pending);
  const bool unfinished = counts.running + counts.pending > 0;
  if (unfinished && left_s >= 0) text += fmt::format(", about {} left", duration_text(left_s));
  return text;
}

std::vector<std::string> screen(const std::vector<SlotRow> &rows, const std::string &totals,
                                int columns, int lines) {
  const std::vector<std::string> sums = folded(totals, columns);
  const std::size_t fixed = sums.size() + 1; // a line of the terminal stays free
  const std::size_t height = static_cast<std::size_t>(std::max(lines, 1));
  std::size_t room = height > fixed ? height - fixed : 1; // for slots
  const bool named = room > 3;
  if (named) --room;
  std::vector<SlotRow> shown = rows;
  const bool all = rows.size() <= room;
  if (!all) {
    std::stable_partition(shown.begin(), shown.end(),
                          [](const SlotRow &row) { return !row.run.empty(); });
    shown.resize(room - 1);
  }
  std::vector<std::string> text = slot_lines(shown, columns);
  if (!named || shown.empty()) text.erase(text.begin());
  if (!all)
    text.push_back(fitted(fmt::format("and {} more slots", rows.size() - shown.size()), columns));
  text.insert(text.end(), sums.begin(), sums.end());
  return text;
}

} // namespace pursuit
