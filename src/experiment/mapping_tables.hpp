// The mappings of an experiment file, one table each: what the reader, its messages, the JSON Schema and its help know of a
// key is its row. A new key is a row, and the line that reads it.
#pragma once

#include <span>

#include "experiment/mapping.hpp"

namespace pursuit {

extern const Mapping k_file;
extern const Mapping k_synthetic_data, k_synthetic; // {synthetic: {seed}}
extern const Mapping k_defaults;
extern const Mapping k_stage;
extern const Mapping k_needed_stage, k_needed_files; // {stage, where}, {files}
extern const Mapping k_counted_seeds;                // {from, count}
extern const Mapping k_sweep, k_when, k_override;
extern const Mapping k_columns, k_point, k_match;        // of parameters
extern const Mapping k_stepped, k_linspace, k_geomspace; // computed lists
extern const Form k_list, k_number_list;                 // of one parameter's values, or of seeds
extern const Mapping k_bounds_by_name;                   // of activation parameters
extern const Mapping k_evaluate;
extern const Mapping k_figure_options; // all of them; figure_option_words has those of a figure
extern const Mapping k_expectation, k_run_group, k_pair;

// Forms that have names of their own.
extern const std::span<const Key> k_definitions;

} // namespace pursuit
