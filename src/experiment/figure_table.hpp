// The figures there are: their names, of which networks they are drawn, and which options they take.
#pragma once

#include <span>
#include <string_view>

namespace pursuit {

// Which networks a figure can show.
enum class DrawnOf {
  any,
  weights,            // stage 1 without a cue
  stage_1,            // with a cue or without
  trained_in_stage_1, // and not left as they began
  stage_2,
  trained_in_stage_2,
  stage_2_and_parent, // whose parent is a run, too
  shuffled,           // stage 2, where shuffles are evaluated
  prior_input,
};

struct FigureRow {
  std::string_view name;
  DrawnOf of = DrawnOf::any;
  bool is_map = false;    // takes x, y, measure, contrast
  bool is_of_one = false; // shows one network: takes its seed
};
std::span<const FigureRow> figure_table();
// nullptr if there is none.
const FigureRow *find_figure(std::string_view name);

} // namespace pursuit
