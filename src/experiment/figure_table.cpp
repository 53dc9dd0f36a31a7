#include "experiment/figure_table.hpp"

#include <array>

namespace pursuit {

namespace {

constexpr std::array<FigureRow, 15> k_table = {{
    {"velocity_traces", DrawnOf::any},
    {"learning_curves", DrawnOf::trained_in_stage_1},
    {"direction_scatter", DrawnOf::stage_1},
    {"stage2_learning", DrawnOf::trained_in_stage_2},
    {"bias_toward_prior", DrawnOf::any},
    {"direction_sd", DrawnOf::any},
    {"threshold_tuning", DrawnOf::stage_2},
    {"population_tuning", DrawnOf::any},
    {"response_change", DrawnOf::stage_2_and_parent},
    {.name = "unit_tuning", .of = DrawnOf::weights, .is_of_one = true},
    {.name = "state_space", .of = DrawnOf::weights, .is_of_one = true},
    {"bias_time_course", DrawnOf::any},
    {"prior_cue", DrawnOf::prior_input},
    {.name = "parameter_map", .of = DrawnOf::any, .is_map = true},
    {"shuffle_control", DrawnOf::shuffled},
}};

} // namespace

std::span<const FigureRow> figure_table() { return k_table; }

const FigureRow *find_figure(std::string_view name) {
  for (const FigureRow &row : k_table) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

} // namespace pursuit
