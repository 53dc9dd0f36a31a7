#include "experiment/mapping_tables.hpp"

#include <array>
#include <limits>

#include "experiment/activation.hpp"
#include "experiment/experiment.hpp"
#include "experiment/read_values.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

using Parameters = Mapping::Parameters;
constexpr Key::Need k_optional = Key::Need::optional;
constexpr Key::Need k_required = Key::Need::required;

template <std::size_t count> constexpr form::AnyOf any_of(const Form (&forms)[count]) {
  return {forms, count};
}

// Forms that others refer to.
constexpr Form k_text = form::Text{};
constexpr Form k_point_form = form::Mapped{&k_point};
constexpr Form k_when_form = form::Mapped{&k_when};
constexpr Form k_override_form = form::Mapped{&k_override};
constexpr Form k_match_1 = form::Defined{"match_1"};
constexpr Form k_match_any = form::Defined{"match_any"};
constexpr Form k_match_here = form::ByStage{&k_match_1, &k_match_any};
constexpr Form k_stage_form = form::Defined{"stage"};
constexpr Form k_sweep_1 = form::Defined{"sweep_1"};
constexpr Form k_sweep_2 = form::Defined{"sweep_2"};
constexpr Form k_mode = form::Word{mode_words};
constexpr Form k_mode_of_stage_2 = form::Constant{"activation"};
constexpr Form k_1 = form::Constant{1};
constexpr Form k_2 = form::Constant{2};
constexpr Form k_figure = form::Defined{"figure", true};
constexpr Form k_claim = form::Defined{"expectation", true};
constexpr Form k_file_names[] = {k_text, form::ListOf{&k_text}};

constexpr std::string_view k_no_experiment[] = {"models", "runs"};
constexpr Key k_file_keys[] = {
    {"format", form::Constant{"pursuit-experiment/1"}, "The version of this format",
     "format: pursuit-experiment/1", k_required},
    {"name", form::Name{100, false, k_no_experiment}, // it becomes a folder's name
     "Also the name of the experiment's folder", "name: threshold_sweep", k_required},
    {"output_dir", form::Text{"results"}, "Where results go, relative to the current folder", "",
     k_optional, "text"},
    {"description", form::Text{"", true}, "What the experiment asks", "", k_optional, "text"},
    {"data", form::Defined{"data"}, "The behaviour that networks learn", "data: synthetic",
     k_optional, "synthetic or a path"},
    {"defaults", form::Mapped{&k_defaults},
     "Parameters of every stage in which they have a meaning", "", k_optional, "a mapping"},
    {"stages", form::ByName{{64, true}, &k_stage_form}, "Families of runs by name",
     "stages: {weights: {mode: activation, stage: 1, n_trials: 4000}}", k_required,
     "stages by name"},
    {"evaluate", form::Mapped{&k_evaluate}, "How finished networks are measured"},
    {"figures", form::ListOf{&k_figure}, "Drawn when the training is done",
     "figures: [learning_curves, bias_toward_prior]", k_optional, "a list of figures"},
    {"expect", form::ListOf{&k_claim}, "Claims about the trained networks, checked then",
     "expect: [{measure: bias, stage: ..., contrast: low, mean_between: [3, 6]}]", k_optional,
     "a list of expectations"},
    {"include", any_of(k_file_names), "Files below this one's own keys, relative to this file"},
};

constexpr Key k_synthetic_keys[] = {
    {"seed", form::Defined{"seed"}, "Of the synthetic data (default 1)"}};
constexpr Key k_data_keys[] = {{"synthetic", form::Mapped{&k_synthetic},
                                "Generated data with known truth", "{synthetic: {seed: 3}}",
                                k_required}};

constexpr Form k_match_seed[] = {form::Defined{"seed"}, form::Defined{"seed_list"}};
constexpr Key k_match_keys[] = {{"seed", any_of(k_match_seed), "Of the run"}};
constexpr std::string_view k_seeds[] = {"seed", "seeds"};
constexpr MisplacedKeys k_seeds_on_axis[] = {
    {k_seeds, "seeds are no axis of the sweep", "write seeds: {{from: 1, count: 6}} beside sweep"}};

constexpr Key k_grid = {"grid",
                        form::Mapped{&k_columns},
                        "Every combination; the first key is slowest",
                        "grid: {N: [100, 250]}",
                        k_optional,
                        "lists of values by parameter"};
constexpr Key k_zip = {"zip",
                       form::Mapped{&k_columns},
                       "Lists of equal length, taken together",
                       "zip: {N: [100, 250]}",
                       k_optional,
                       "lists of values by parameter"};
constexpr Key k_points = {"list",
                          form::ListOf{&k_point_form, 1},
                          "Explicit points",
                          "list: [{N: 100, tau: 20}, {N: 250, tau: 40}]",
                          k_optional,
                          "a list of points"};
constexpr Key k_match_key = {"match", k_match_here, "Which points", "match: {N: 250}", k_required};
constexpr Key k_sweep_keys[] = {
    k_grid,
    k_zip,
    k_points,
    {"when", form::ListOf{&k_when_form}, "Further axes for matching points",
     "when: [{match: {N: 250}, ...}]", k_optional, "a list"},
    {"exclude", form::ListOf{&k_match_here}, "Drops the points that match all keys", "[{N: 250}]",
     k_optional, "a list"},
    {"override", form::ListOf{&k_override_form}, "Sets parameters of matching points",
     "override: [{match: {N: 250}, ...}]", k_optional, "a list"},
};
constexpr Key k_when_keys[] = {k_match_key, k_grid, k_zip, k_points};
constexpr Key k_override_keys[] = {
    k_match_key,
    {"set", form::Mapped{&k_point}, "Their new values", "set: {n_trials: 100}", k_required}};

constexpr Key k_stage_keys[] = {
    {"mode", form::ByStage{&k_mode, &k_mode_of_stage_2},
     "activation: weights, then activation parameters; prior_input: weights, with a cue of the "
     "prior",
     "mode: activation, or mode: prior_input", k_required},
    {"stage", form::ByStage{&k_1, &k_2},
     "1 trains the weights, 2 activation parameters of finished networks", "stage: 1, or stage: 2",
     k_required},
    {"needs", form::Defined{"needs"}, "The networks that a stage 2 extends",
     "needs: and the name of a stage 1, or needs: {files: \"models/*.mat\"}",
     Key::Need::of_stage_2},
    {"sweep", form::ByStage{&k_sweep_1, &k_sweep_2}, "The parameters that vary, by axes"},
    {"seeds", form::Defined{"seeds"}, "Default [1], in stage 2 those of the parents",
     "{from: 1, count: 6}, or a list: [1, 5, 9]", k_optional, "a list of seeds"},
};
constexpr std::string_view k_seed[] = {"seed"};
constexpr std::string_view k_axes[] = {"grid", "zip", "list", "when", "exclude", "override"};
constexpr MisplacedKeys k_misplaced_in_stage[] = {
    {k_seed, "there is no key \"{}\"", "write seeds: [1], or seeds: {{from: 1, count: 6}}"},
    {k_axes, "\"{}\" belongs into sweep", "write sweep: {{{}: ...}}"}};

constexpr Key k_needed_stage_keys[] = {
    {"stage", k_text, "The stage whose networks are extended", "", k_required},
    {"where", k_match_1, "Only these of its runs"}};
constexpr Key k_needed_files_keys[] = {
    {"files", k_text, "Models made elsewhere, * and ? allowed", "", k_required}};

constexpr std::string_view k_from_count = "seeds: {from: 1, count: 6}";
constexpr Key k_counted_seeds_keys[] = {
    {"from", form::Defined{"seed"}, "The first seed", k_from_count, k_required},
    {"count", form::Whole{1, k_most_points}, "How many seeds", k_from_count, k_required}};

constexpr std::string_view k_from_to_step = "{from: 10, to: 50, step: 20}";
constexpr Key k_stepped_keys[] = {
    {"from", form::OwnValue{}, "The first value", k_from_to_step, k_required},
    {"to", form::Number{}, "The last value, included", k_from_to_step, k_required},
    {"step", form::Number{.is_not_0 = true}, "From one value to the next", k_from_to_step,
     k_required}};
constexpr Key k_linspace_keys[] = {{"linspace", form::Spaced{},
                                    "First and last value, and how many at equal distances", "",
                                    k_required}};
constexpr Key k_geomspace_keys[] = {{"geomspace", form::Spaced{.is_above_0 = true},
                                     "First and last value, and how many in equal ratios", "",
                                     k_required}};
constexpr Form k_own_value = form::OwnValue{};
constexpr Form k_written_list = form::ListOf{&k_own_value, 1};
constexpr Form k_lists_of_numbers[] = {k_written_list, form::Mapped{&k_stepped},
                                       form::Mapped{&k_linspace}, form::Mapped{&k_geomspace}};

constexpr Key k_bound_keys[] = {
    {k_activation_parameters[0].name, form::Number{}, "Of this parameter"},
    {k_activation_parameters[1].name, form::Number{}, "Of this parameter"},
    {k_activation_parameters[2].name, form::Number{}, "Of this parameter"}};
static_assert(std::size(k_bound_keys) == k_activations);

constexpr Key k_evaluate_keys[] = {
    {"trials", form::Whole{1, k_most_evaluation_trials}, "Trials of each condition (default 100)",
     "", k_optional, "a whole number"},
    {"window_ms", form::Whole{1, k_longest_window_ms},
     "The last of a trial, in which directions are taken (default 50)", "", k_optional,
     "a whole number"},
    {"shuffles", form::Whole{0, k_most_shuffles},
     "How often a trained parameter is permuted over units (default 0; 100 for shuffle_control)",
     "", k_optional, "a whole number"}};

// Lists are not merged: an entry of `figures` or `expect` is whole even in a file with `include`.
constexpr Key k_figure_option_keys[] = {
    {"where", k_match_any, "Only these runs"},
    {"stage", form::Text{"", true}, "Only runs of this stage"},
    {"x", form::NumberName{}, "The parameter along x"},
    {"y", form::NumberName{}, "The parameter along y"},
    {"measure", form::MeasureName{}, "A measure of a network"},
    {"contrast", form::Word{contrast_words}, "Of a measure with a value for each"},
    {"seed", form::Defined{"seed"}, "Of the network that is shown"}};

constexpr Key k_group_stage = {"stage", form::Text{"", true}, "The stage of the runs",
                               "stage: and the name of a stage", k_required};
constexpr Key k_expectation_keys[] = {
    {"measure", form::MeasureName{}, "A measure of a network",
     "measure: bias, or another of the measures", k_required},
    {"contrast", form::Word{contrast_words}, "Of a measure with a value for each"},
    k_group_stage,
    {"where", k_match_any, "Only these of its runs"},
    {"mean_between", form::Interval{}, "The mean lies in [lowest, highest]"},
    {"less_than", form::Mapped{&k_run_group}, "The mean lies below that of these runs"},
    {"greater_than", form::Mapped{&k_run_group}, "The mean lies above that of these runs"},
    {"paired_difference", form::Mapped{&k_pair}, "The mean difference of pairs",
     "{to: {stage: ...}, between: [lowest, highest]}", k_optional, "a mapping"},
};
constexpr std::string_view k_demands[] = {"mean_between", "less_than", "greater_than",
                                          "paired_difference"};
constexpr Key k_group_keys[] = {k_group_stage, {"where", k_match_any, "Only these of its runs"}};
constexpr Key k_pair_keys[] = {{"to", form::Mapped{&k_run_group}, "The runs that are subtracted",
                                "to: {stage: weights}", k_required},
                               {"between", form::Interval{},
                                "The difference lies in [lowest, highest]",
                                "between: [lowest, highest]", k_required}};

constexpr Form k_seeds_forms[] = {form::Mapped{&k_counted_seeds}, form::Defined{"seed_list"}};
constexpr Form k_needs_forms[] = {k_text, form::Mapped{&k_needed_stage},
                                  form::Mapped{&k_needed_files}};
constexpr Form k_data_forms[] = {k_text, form::Mapped{&k_synthetic_data}};
constexpr Key k_definition_rows[] = {
    {"seed", form::Whole{0, std::numeric_limits<std::int64_t>::max()},
     "Every random number of a run follows from its seed"},
    {"seeds", any_of(k_seeds_forms), "Every point is trained once with each seed"},
    {"needs", any_of(k_needs_forms), "The finished networks that a stage 2 extends"},
    {"data", any_of(k_data_forms),
     "synthetic, or a file with recorded behaviour, relative to this file"},
};

} // namespace

constexpr Mapping k_file = {k_file_keys};
constexpr Mapping k_synthetic_data = {k_data_keys};
constexpr Mapping k_synthetic = {k_synthetic_keys};
constexpr Mapping k_defaults = {{}, Parameters::value};
constexpr Mapping k_point = {{}, Parameters::value, 1, {}, k_seeds_on_axis};
constexpr Mapping k_columns = {{}, Parameters::list, 1, {}, k_seeds_on_axis};
constexpr Mapping k_match = {k_match_keys, Parameters::value_or_list, 1};
constexpr Mapping k_sweep = {k_sweep_keys, Parameters::on_axes, 1};
constexpr Mapping k_when = {k_when_keys, Parameters::none, 2};
constexpr Mapping k_override = {k_override_keys};
constexpr Mapping k_stage = {k_stage_keys, Parameters::value, 0, {}, k_misplaced_in_stage};
constexpr Mapping k_needed_stage = {k_needed_stage_keys};
constexpr Mapping k_needed_files = {k_needed_files_keys};
constexpr Mapping k_counted_seeds = {k_counted_seeds_keys};
constexpr Mapping k_stepped = {k_stepped_keys};
constexpr Mapping k_linspace = {k_linspace_keys};
constexpr Mapping k_geomspace = {k_geomspace_keys};
constexpr Mapping k_bounds_by_name = {k_bound_keys};
constexpr Mapping k_evaluate = {k_evaluate_keys};
constexpr Mapping k_figure_options = {k_figure_option_keys};
constexpr Mapping k_expectation = {k_expectation_keys, Parameters::none, 0, k_demands};
constexpr Mapping k_run_group = {k_group_keys};
constexpr Mapping k_pair = {k_pair_keys};

constexpr Form k_list = k_written_list;
constexpr Form k_number_list = any_of(k_lists_of_numbers);
constexpr std::span<const Key> k_definitions = k_definition_rows;

} // namespace pursuit
