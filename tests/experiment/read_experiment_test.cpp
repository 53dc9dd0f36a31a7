// What comes out of files that are right. Files that are wrong: corpus_test.cpp.
#include "experiment/read_experiment.hpp"

#include <cstdlib>

#include <fstream>

#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "corpus.hpp"

namespace pursuit::test {
namespace {

Experiment read_valid(const std::string &name, ExperimentOptions options = {}) {
  const std::string file = (corpus_folder() / "valid" / name).string();
  if (options.sets.empty()) options = options_in(file_text(file));
  return read_experiment(real_disk(), file, options);
}

const Parameter *row(std::string_view key) { return find_parameter(key); }

// The value that the stage sets last, which is the one that counts.
ParameterValue fixed_value(const Stage &stage, std::string_view key) {
  for (std::size_t i = stage.fixed.size(); i-- > 0;) {
    if (stage.fixed[i].parameter == row(key)) return stage.fixed[i].value;
  }
  ADD_FAILURE() << "stage " << stage.name << " does not set " << key;
  return std::int64_t{0};
}

bool sets(const Stage &stage, std::string_view key) {
  for (const Assignment &assignment : stage.fixed) {
    if (assignment.parameter == row(key)) return true;
  }
  return false;
}

std::vector<ParameterValue> column(const Axis &axis) {
  std::vector<ParameterValue> values;
  for (const std::vector<ParameterValue> &point : axis.points) values.push_back(point[0]);
  return values;
}

using Values = std::vector<ParameterValue>;
constexpr std::int64_t operator""_i(unsigned long long value) {
  return static_cast<std::int64_t>(value);
}

TEST(ReadExperiment, the_example_of_the_specification) {
  const Experiment x = read_valid("spec_example.yaml");
  EXPECT_EQ(x.name, "threshold_sweep");
  EXPECT_TRUE(x.data.synthetic);
  EXPECT_EQ(x.output_dir, "results");
  ASSERT_EQ(x.stages.size(), 2u);
  const Stage &weights = x.stages[0];
  EXPECT_EQ(weights.name, "weights");
  EXPECT_EQ(weights.stage, 1);
  EXPECT_EQ(fixed_value(weights, "gain"), ParameterValue(1.5)); // over the included 1.2
  EXPECT_EQ(fixed_value(weights, "noise_input"), ParameterValue(0.02));
  EXPECT_EQ(fixed_value(weights, "n_trials"), ParameterValue(4000_i));
  ASSERT_EQ(weights.sweep.axes.grid.size(), 2u);
  EXPECT_EQ(column(weights.sweep.axes.grid[0]), (Values{100_i, 250_i}));
  EXPECT_EQ(column(weights.sweep.axes.grid[1]), (Values{10.0, 30.0, 50.0}));
  EXPECT_EQ(weights.seeds, (std::vector<std::uint64_t>{1, 2, 3, 4, 5, 6}));
  const Stage &adapt = x.stages[1];
  EXPECT_EQ(adapt.stage, 2);
  ASSERT_TRUE(adapt.needs.has_value());
  EXPECT_EQ(adapt.needs->stage, "weights");
  EXPECT_FALSE(adapt.seeds.has_value());
  EXPECT_EQ(x.figures.size(), 3u);
  EXPECT_EQ(x.expect.size(), 3u);
  EXPECT_EQ(x.file_sha256, sha256_hex(file_text(x.file)));
}

TEST(ReadExperiment, defaults_apply_only_where_they_have_a_meaning) {
  const Experiment x = read_valid("everything.yaml");
  const Stage &weights = x.stages[0];
  const Stage &again = x.stages[4];
  ASSERT_EQ(again.name, "again");
  for (const char *key : {"N", "tau", "gain"}) {
    EXPECT_TRUE(sets(weights, key)) << key;
    EXPECT_FALSE(sets(again, key)) << key;
  }
  EXPECT_FALSE(sets(weights, "activation"));
  EXPECT_TRUE(sets(again, "activation"));
}

TEST(ReadExperiment, every_form_of_the_sweep) {
  const Experiment x = read_valid("everything.yaml");
  const Sweep &sweep = x.stages[0].sweep;
  ASSERT_EQ(sweep.axes.grid.size(), 2u);
  EXPECT_EQ(column(sweep.axes.grid[0]), (Values{1_i, 2_i, 16_i, 10_i}));
  EXPECT_EQ(column(sweep.axes.grid[1]), (Values{0.0, 0.5, 1.0}));
  ASSERT_TRUE(sweep.axes.zip.has_value());
  EXPECT_EQ(sweep.axes.zip->keys, (std::vector<const Parameter *>{row("tau"), row("gain")}));
  EXPECT_EQ(sweep.axes.zip->points, (std::vector<Values>{{1.0, 0.5}, {1.1, 1.0}, {1.2, 2.0}}));
  ASSERT_TRUE(sweep.axes.list.has_value());
  ASSERT_EQ(sweep.axes.list->points.size(), 2u);
  EXPECT_EQ(sweep.axes.list->points[1][1].value, ParameterValue(0.2));
  ASSERT_EQ(sweep.when.size(), 3u);
  EXPECT_EQ(sweep.when[0].match.terms[1].parameter, nullptr); // seed
  EXPECT_EQ(sweep.when[0].match.terms[1].any_of, (Values{1_i, 2_i}));
  EXPECT_EQ(sweep.when[2].match.terms[0].any_of, (Values{8_i, 16_i}));
  ASSERT_EQ(sweep.exclude.size(), 1u);
  EXPECT_EQ(sweep.exclude[0].terms[0].any_of, (Values{1_i, 2_i}));
  ASSERT_EQ(sweep.overrides.size(), 1u);
  EXPECT_EQ(sweep.overrides[0].match.terms[0].any_of, (Values{10_i})); // written 10.0
  EXPECT_EQ(sweep.overrides[0].set[0].value, ParameterValue(5_i));
}

TEST(ReadExperiment, places_lead_to_the_line_and_column) {
  const Experiment x = read_valid("everything.yaml");
  const Stage &weights = x.stages[0];
  EXPECT_EQ(weights.where.line, 11);
  EXPECT_EQ(weights.where.column, 3);
  EXPECT_EQ(weights.sweep.where.line, 15);
  EXPECT_EQ(weights.sweep.axes.grid[0].where.line, 17);
  EXPECT_EQ(weights.sweep.axes.grid[0].where.column, 9);
  EXPECT_EQ(weights.sweep.exclude[0].where.line, 30);
  EXPECT_EQ(weights.sweep.exclude[0].where.column, 17);
  EXPECT_EQ(weights.where.file, x.file);
}

TEST(ReadExperiment, seeds_in_every_form) {
  using Seeds = std::vector<std::uint64_t>;
  const Experiment x = read_valid("everything.yaml");
  EXPECT_EQ(x.stages[0].seeds, (Seeds{1, 5, 9223372036854775807u}));
  EXPECT_EQ(x.stages[1].seeds, (Seeds{0, 1}));
  EXPECT_EQ(x.stages[2].seeds, (Seeds{1, 5, 9}));
  EXPECT_EQ(x.stages[3].seeds, (Seeds{3}));
  EXPECT_EQ(x.data.seed, 3u);
}

TEST(ReadExperiment, model_files_are_found_beside_the_file_and_sorted) {
  const Experiment x = read_valid("everything.yaml");
  const Needs &needs = *x.stages[5].needs;
  EXPECT_EQ(needs.stage, "");
  EXPECT_EQ(needs.files, "parts/model_[a-z].mat");
  const std::string folder = (corpus_folder() / "valid" / "parts").string();
  EXPECT_EQ(needs.paths,
            (std::vector<std::string>{folder + "/model_a.mat", folder + "/model_b.mat"}));
}

TEST(ReadExperiment, a_pattern_that_searches_without_end_is_refused) {
  const std::filesystem::path folder =
      std::filesystem::path(testing::TempDir()) / "pursuit_wide_folder";
  for (int i = 0; i < 20; ++i) std::filesystem::create_directories(folder / std::to_string(i));
  // 20^5 ways down and up again.
  std::ofstream(folder / "x.yaml")
      << "format: pursuit-experiment/1\nname: wide\nstages:\n"
         "  a: {mode: activation, stage: 2, n_trials: 1, activation: threshold,\n"
         "      needs: {files: '*/../*/../*/../*/../*/../*.mat'}}\n";
  const std::string complaints = complaints_of(folder, "x.yaml");
  EXPECT_NE(
      complaints.find("x.yaml:5:22: stage \"a\": needs: files: */../*/../*/../*/../*/../*.mat "
                      "searches too many folders"),
      std::string::npos)
      << complaints;
  std::filesystem::remove_all(folder);
}

TEST(ReadExperiment, requests_are_kept_as_json) {
  const Experiment x = read_valid("everything.yaml");
  EXPECT_EQ(x.evaluate.trials, 1);
  EXPECT_EQ(x.evaluate.window_ms, 149);
  EXPECT_EQ(x.figures[0].options_json, "{}");
  EXPECT_EQ(x.figures[1].name, "state_space");
  EXPECT_EQ(x.figures[1].options_json,
            R"({"seed":3,"where":{"N":16,"gain":1.5},"stage":"weights"})");
  EXPECT_EQ(x.expect[0].item_json, R"({"measure":"loss","stage":"weights","mean_between":[0,1]})");
}

TEST(ReadExperiment, includes_lie_below_and_merge_deeply) {
  const Experiment x = read_valid("included_stage.yaml");
  ASSERT_EQ(x.stages.size(), 1u);
  const Stage &weights = x.stages[0];
  EXPECT_EQ(fixed_value(weights, "n_trials"), ParameterValue(7_i));
  EXPECT_EQ(fixed_value(weights, "noise_input"), ParameterValue(0.5)); // two includes down
  EXPECT_EQ(fixed_value(weights, "tau"), ParameterValue(40.0));
  EXPECT_EQ(weights.seeds, (std::vector<std::uint64_t>{4, 5, 6})); // mappings merge
  ASSERT_EQ(weights.sweep.axes.grid.size(), 2u);
  EXPECT_EQ(column(weights.sweep.axes.grid[0]), (Values{5_i})); // lists replace
  EXPECT_EQ(column(weights.sweep.axes.grid[1]), (Values{1.0, 2.0}));
  EXPECT_EQ(x.resolved_json.find("\"include\""), std::string::npos);
}

TEST(ReadExperiment, options_win_over_the_file) {
  const Experiment x = read_valid("with_options.yaml");
  const Stage &weights = x.stages[0];
  EXPECT_EQ(fixed_value(weights, "n_trials"), ParameterValue(5_i));
  EXPECT_EQ(fixed_value(weights, "tau"), ParameterValue(20.0)); // the file says decay_taus: 30
  EXPECT_EQ(fixed_value(weights, "noise_input"), ParameterValue(0.5));
  EXPECT_EQ(weights.seeds, (std::vector<std::uint64_t>{1, 9}));
  EXPECT_EQ(x.output_dir, "elsewhere");
  EXPECT_EQ(x.figures.size(), 1u);
  EXPECT_EQ(x.overrides.size(), 5u);
  EXPECT_EQ(x.overrides[0], "stages.weights.n_trials=5");
  EXPECT_NE(x.resolved_json.find(R"("n_trials":5)"), std::string::npos);
}

TEST(ReadExperiment, a_later_set_wins) {
  ExperimentOptions options;
  options.sets = {"stages.weights.N=5",
                  "stages.weights={mode: activation, stage: 1, N: 6, decay_taus: 7, n_trials: 0}",
                  "stages.weights.tau=8"};
  const Experiment x = read_valid("smallest.yaml", options);
  EXPECT_EQ(fixed_value(x.stages[0], "N"), ParameterValue(6_i));
  EXPECT_EQ(fixed_value(x.stages[0], "tau"), ParameterValue(8.0));
}

TEST(ReadExperiment, recorded_data_is_found_beside_the_file) {
  const Experiment x = read_valid("prior_input.yaml");
  EXPECT_FALSE(x.data.synthetic);
  EXPECT_EQ(x.data.path, (corpus_folder() / "valid" / "parts" / "recorded.mat").string());
}

TEST(ReadExperiment, a_missing_file_is_a_config_error) {
  EXPECT_THROW(read_experiment(real_disk(), "no_such_file.yaml", {}), ConfigError);
  EXPECT_THROW(read_experiment(real_disk(), corpus_folder().string(), {}), ConfigError);
}

TEST(ReadExperiment, the_shipped_configs_and_experiments) {
  const std::filesystem::path root = corpus_folder().parent_path().parent_path();
  std::vector<std::filesystem::path> files = yaml_files(root / "configs");
  ASSERT_FALSE(files.empty());
  for (const auto &folder : std::filesystem::directory_iterator(root / "experiments")) {
    if (folder.is_directory()) files.push_back(folder.path() / "experiment.yaml");
  }
  ASSERT_GE(files.size(), 10u);
  for (const std::filesystem::path &file : files)
    EXPECT_NO_THROW(read_experiment(real_disk(), file.string(), {})) << file;
}

} // namespace
} // namespace pursuit::test
