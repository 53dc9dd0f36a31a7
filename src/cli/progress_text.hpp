// Progress as text: pure functions of what is known. No line is wider than the terminal, so none wraps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "store/manifest.hpp"

namespace pursuit {

// What a slot is doing, or one run. A pack shows its first run, the trials of its slowest and the speed of all.
struct SlotRow {
  std::string slot;  // "cpu 0"
  std::string run;   // plan/describe.hpp's RunLabels; empty: idle
  int more_runs = 0; // of the pack
  std::int64_t trial = 0, n_trials = 0;
  double loss = 0; // NaN: none yet
  double trials_per_s = 0;
  double left_s = -1; // until it is trained; negative: nobody knows
};

// A line that names the columns, and a line per row:
//   slot   run                      trials     loss  trials/s  left
//   cpu 0  adapt threshold seed=4  12/4000  0.71235      85.3  47 s
// Where `columns` are few the speed goes first, then the slot and digits of the loss; a run's name is cut in its middle.
std::vector<std::string> slot_lines(const std::vector<SlotRow> &rows, int columns);

// "3 of 10 done (1 reused), 1 failed, 2 running, 4 pending, about 8 s left". `left_s` < 0: unknown.
std::string totals_line(const ManifestCounts &counts, double left_s);

// The block that is redrawn: the slots' lines and the totals, no wider than the terminal and leaving a line of it free.
// Where there are more slots than lines, busy ones come first and the rest are counted.
std::vector<std::string> screen(const std::vector<SlotRow> &rows, const std::string &totals,
                                int columns, int lines);

} // namespace pursuit
