// The progress display as text: pure functions of what is known.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/manifest.hpp"

namespace pursuit {

// What a slot is doing. A pack shows its first run, the trials of its slowest and the speed of all.
struct SlotRow {
  std::string slot;  // "cpu 0"
  std::string run;   // short id and description; empty: idle
  int more_runs = 0; // of the pack
  std::int64_t trial = 0, n_trials = 0;
  double loss = 0; // NaN: none yet
  double trials_per_s = 0;
};

// "cpu 0  12/100 trials  loss 0.71234  85.3 trials/s  <run>": numbers first, they stay where a narrow terminal cuts.
// `slot_width`: of the longest slot name.
std::string slot_line(const SlotRow &row, std::size_t slot_width);

// "3 of 10 done (1 reused), 1 failed, 2 running, 4 pending, about 8 s left". `left_s` < 0: unknown.
std::string totals_line(const ManifestCounts &counts, double left_s);

// At most `columns` characters (UTF-8 code points); a cut is marked by "…".
std::string fitted(const std::string &text, int columns);

// The block that is redrawn: the slots' lines and the totals, no wider than the terminal and leaving a line of it free.
// Where there are more slots than lines, busy ones come first and the rest are counted.
std::vector<std::string> screen(const std::vector<SlotRow> &rows, const std::string &totals,
                                int columns, int lines);

} // namespace pursuit
