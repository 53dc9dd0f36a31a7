// Every figure, from networks with known measures.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "../store/memory_disk.hpp"
#include "experiment/parameters.hpp"
#include "experiment/words.hpp"
#include "fixtures.hpp"
#include "report/figure_files.hpp"

using namespace pursuit;
using pursuit_test::example_results;

namespace {

const Series *find_series(const Panel &panel, const std::string &group,
                          const std::string &statistic) {
  for (const Series &series : panel.series) {
    if (series.group == group && series.statistic == statistic) return &series;
  }
  return nullptr;
}

TEST(Figures, AreTheWordsOfTheExperimentFile) {
  std::vector<std::string> names;
  for (const Figure &figure : figures()) names.emplace_back(figure.name);
  EXPECT_EQ(names, figure_words());
}

// Each is drawn where its data is there, with units on every axis, and says how many networks and what kind of data.
TEST(Figures, EachSaysWhatItShows) {
  const Results results = example_results(3, 24, 100);
  FigureOptions map;
  map.x = "N";
  map.y = "tau";
  for (const Figure &figure : figures()) {
    const Drawing drawing =
        figure.draw(results, figure.name == "parameter_map" ? map : FigureOptions{});
    EXPECT_EQ(drawing.skipped_because, "") << figure.name;
    ASSERT_FALSE(drawing.panels.empty()) << figure.name;
    EXPECT_NE(drawing.note.find("Synthetic data"), std::string::npos) << figure.name;
    EXPECT_NE(drawing.title, "") << figure.name;
    EXPECT_NE(drawing.caption, "") << figure.name;
    EXPECT_FALSE(drawing.networks.empty()) << figure.name;
    for (const Panel &panel : drawing.panels) {
      EXPECT_NE(panel.y.label, "") << figure.name;
      EXPECT_TRUE(panel.x.label != "" || !panel.x.categories.empty()) << figure.name;
      EXPECT_NE(panel.x.column, "") << figure.name;
      EXPECT_NE(panel.y.column, "") << figure.name;
      EXPECT_FALSE(panel.series.empty()) << figure.name << " " << panel.title;
    }
  }
}

// Seed 3 of every stage is left out: its networks are nowhere, and every figure says how many it lacks.
TEST(Figures, SayHowManyNetworksAreLeftOut) {
  Results results = example_results(3, 24, 100);
  FigureOptions map;
  map.x = "N";
  map.y = "tau";
  std::set<std::string> ids;
  for (const FinishedNetwork &network : results.networks) {
    if (network.spec.seed != 3) continue;
    ids.insert(network.run_id);
    results.left_out.push_back(network);
  }
  std::erase_if(results.networks,
                [&](const FinishedNetwork &network) { return ids.contains(network.run_id); });
  ASSERT_EQ(ids.size(), 5u);
  const std::map<std::string_view, int> counts = {{"learning_curves", 2},   {"stage2_learning", 3},
                                                  {"direction_scatter", 2}, {"threshold_tuning", 3},
                                                  {"response_change", 3},   {"prior_cue", 1},
                                                  {"shuffle_control", 3}};
  for (const Figure &figure : figures()) {
    const Drawing drawing =
        figure.draw(results, figure.name == "parameter_map" ? map : FigureOptions{});
    EXPECT_EQ(drawing.skipped_because, "") << figure.name;
    for (const DrawnNetwork &network : drawing.networks)
      EXPECT_FALSE(ids.contains(network.run_id)) << figure.name;
    const int count = counts.contains(figure.name) ? counts.at(figure.name) : 5;
    EXPECT_NE(drawing.note.find(
                  count == 1 ? " Left out: 1 that diverged, or was trained from one that did."
                             : " Left out: " + std::to_string(count) + " that diverged"),
              std::string::npos)
        << figure.name << ": " << drawing.note;
  }
  results.networks.clear();
  for (const Figure &figure : figures()) {
    const Drawing drawing =
        figure.draw(results, figure.name == "parameter_map" ? map : FigureOptions{});
    EXPECT_TRUE(drawing.panels.empty()) << figure.name;
    EXPECT_NE(
        (drawing.skipped_because + " ").find(figure.name == "parameter_map" ? "" : "that diverged"),
        std::string::npos)
        << figure.name << ": " << drawing.skipped_because;
  }
}

TEST(Figures, BiasHasADotForEachNetworkAndTheirMean) {
  const Drawing drawing = draw_bias_toward_prior(example_results(4), {});
  ASSERT_EQ(drawing.panels.size(), 2u);
  const Panel &low = drawing.panels[1];
  EXPECT_EQ(low.factors.back(), (std::pair<std::string, std::string>{"contrast", "low"}));
  const Series *dots = find_series(low, "threshold", "network");
  ASSERT_NE(dots, nullptr);
  ASSERT_EQ(dots->points.size(), 4u);
  EXPECT_DOUBLE_EQ(dots->points[2].y, 4.3);
  const Series *mean = find_series(low, "threshold", "mean of networks");
  ASSERT_NE(mean, nullptr);
  EXPECT_DOUBLE_EQ(mean->points[0].y, 4.25);
  EXPECT_GE(mean->points[0].low, 4.1);
  EXPECT_LE(mean->points[0].high, 4.4);
  const Series *behaviour = find_series(low, "behaviour", "behaviour");
  ASSERT_NE(behaviour, nullptr);
  EXPECT_DOUBLE_EQ(behaviour->points[0].y, 3);
  EXPECT_EQ(drawn_models(drawing).size(), 20u);
}

TEST(Figures, SettingsThatDifferStandApart) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.seed == 2) network.spec.settings.N = 100;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  EXPECT_EQ(drawing.panels[0].factors[0].second, "48");
  EXPECT_EQ(drawing.panels[2].factors[0].second, "100");
  EXPECT_EQ(find_series(drawing.panels[0], "threshold", "network")->points.size(), 1u);
}

std::vector<std::string> titles(const Drawing &drawing) {
  std::vector<std::string> all;
  for (const Panel &panel : drawing.panels) all.push_back(panel.title);
  return all;
}

// Of one stage only, or of both: a panel never shows a network with another N, tau or gain than its title says.
TEST(Figures, NetworksStandOnlyBesideTheirOwnSettings) {
  Results results = example_results(3);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.mode != Mode::prior_input && network.spec.seed == 1)
      network.spec.settings.N = 200;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  EXPECT_EQ(titles(drawing),
            (std::vector<std::string>{"N=48, high contrast", "N=48, low contrast",
                                      "N=200, high contrast", "N=200, low contrast"}));
  ASSERT_NE(find_series(drawing.panels[0], "prior_input", "network"), nullptr);
  EXPECT_EQ(find_series(drawing.panels[0], "prior_input", "network")->points.size(), 3u);
  EXPECT_EQ(find_series(drawing.panels[2], "prior_input", "network"), nullptr);
}

// Learning rate and noise are of a training: stage 1 is the start of each of them.
TEST(Figures, StageOneStandsBesideEveryTrainingOfStageTwo) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.stage == 2 && network.spec.seed == 2)
      network.spec.settings.learning_rate = 1e-3;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  for (const Panel &panel : drawing.panels) {
    EXPECT_EQ(find_series(panel, "stage1", "network")->points.size(), 2u) << panel.title;
    EXPECT_EQ(find_series(panel, "threshold", "network")->points.size(), 1u) << panel.title;
  }
}

// Of a parent's training, its children's own is no part: they stand with their parent, and the table has their own setting.
// A prior_input network is of stage 1, too, and stands only where its own rate is.
TEST(Figures, StageTwoStandsWithItsParent) {
  Results results = example_results(4);
  std::map<std::string, const FinishedNetwork *> by_id;
  for (FinishedNetwork &network : results.networks) {
    network.spec.settings.learning_rate = 1e-4;
    if (network.stage == "weights" && network.spec.seed > 2)
      network.spec.settings.learning_rate = 1e-3;
    by_id[network.run_id] = &network;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  EXPECT_EQ(titles(drawing),
            (std::vector<std::string>{"learning_rate=0.0001, high contrast",
                                      "learning_rate=0.0001, low contrast",
                                      "stage 1 learning_rate=0.001, high contrast",
                                      "stage 1 learning_rate=0.001, low contrast"}));
  EXPECT_EQ(find_series(drawing.panels[0], "prior_input", "network")->points.size(), 4u);
  EXPECT_EQ(find_series(drawing.panels[2], "prior_input", "network"), nullptr);
  for (const std::size_t p : {std::size_t{0}, std::size_t{2}}) {
    for (const char *group : {"stage1", "threshold"}) {
      const std::vector<Point> &points = find_series(drawing.panels[p], group, "network")->points;
      ASSERT_EQ(points.size(), 2u) << group;
      for (const Point &point : points)
        EXPECT_EQ(drawing.networks[static_cast<std::size_t>(point.network)].seed > 2, p == 2);
    }
  }
  std::istringstream table(drawing_csv(drawing, "5a"));
  std::string line;
  std::getline(table, line);
  EXPECT_EQ(line.substr(0, 47), "learning_rate,contrast,model,statistic,seed,run_");
  std::map<std::string, int> rows;
  while (std::getline(table, line)) {
    std::vector<std::string> fields;
    std::istringstream row(line);
    for (std::string field; std::getline(row, field, ',');) fields.push_back(field);
    if (fields[3] == "mean of networks" && fields[2] == "threshold") {
      EXPECT_EQ(fields[0], "0.0001");
    }
    if (fields[3] != "network") continue;
    ++rows[fields[5]];
    EXPECT_DOUBLE_EQ(std::stod(fields[0]), by_id.at(fields[5])->spec.settings.learning_rate);
  }
  EXPECT_EQ(rows.size(), by_id.size());
  for (const auto &[id, count] : rows) EXPECT_EQ(count, 2) << id << ": one for each contrast";
  EXPECT_EQ(draw_threshold_tuning(results, {}).panels.size(), 6u) << "without their parents, too";
}

// Where stage 1 stands beside several trainings, the table has it once, with its own rate.
TEST(Figures, TableHasANetworkOfSeveralPanelsOnce) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    network.spec.settings.learning_rate = 1e-4;
    if (network.spec.stage == 2 && network.spec.seed == 2)
      network.spec.settings.learning_rate = 1e-3;
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  EXPECT_EQ(drawing.panels[2].title, "stage 2 learning_rate=0.001, high contrast");
  std::istringstream table(drawing_csv(drawing, "5a"));
  int rows = 0;
  for (std::string line; std::getline(table, line);) {
    if (line.find(",stage1,network,") == std::string::npos) continue;
    ++rows;
    EXPECT_EQ(line.substr(0, 7), "0.0001,") << line;
  }
  EXPECT_EQ(rows, 4) << "two networks, two contrasts";
}

// A network whose gain nobody knows may have any.
TEST(Figures, UnknownGainsStandEverywhere) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    network.spec.settings.gain = network.spec.seed == 1 ? 1.5 : 1.2;
    if (network.spec.mode == Mode::prior_input)
      network.spec.settings.gain = std::numeric_limits<double>::quiet_NaN();
  }
  const Drawing drawing = draw_direction_sd(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  EXPECT_EQ(drawing.panels[0].title, "gain=1.2, high contrast");
  for (const Panel &panel : drawing.panels)
    EXPECT_EQ(find_series(panel, "prior_input", "network")->points.size(), 2u) << panel.title;
}

TEST(Figures, SettingsComeInTheOrderOfTheirNumbersAndNetworksOfTheirSeeds) {
  Results results = example_results(6);
  for (FinishedNetwork &network : results.networks)
    network.spec.settings.tau_ms = network.spec.seed % 2 == 0 ? 9 : 30.5;
  std::reverse(results.networks.begin(), results.networks.end());
  const Drawing drawing = draw_bias_toward_prior(results, {});
  ASSERT_EQ(drawing.panels.size(), 4u);
  EXPECT_EQ(drawing.panels[0].title, "tau=9 ms, high contrast");
  EXPECT_EQ(drawing.panels[2].title, "tau=30.5 ms, high contrast");
  std::vector<std::uint64_t> seeds;
  for (const Point &point : find_series(drawing.panels[0], "threshold", "network")->points)
    seeds.push_back(drawing.networks[static_cast<std::size_t>(point.network)].seed);
  EXPECT_EQ(seeds, (std::vector<std::uint64_t>{2, 4, 6}));
}

// Another stage's models of a kind have its colour and a look of their own; the same stage is the other one for each kind.
TEST(Figures, StagesOfTheSameKindAreToldApart) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.stage == 2) network.stage = network.spec.seed == 2 ? "brief" : "long";
  }
  const Drawing drawing = draw_bias_toward_prior(results, {});
  std::map<std::string, int> looks;
  for (const Series &series : drawing.panels[0].series) looks[series.group] = series.look;
  const std::map<std::string, int> expected = {{"behaviour", 0},
                                               {"stage1", 1},
                                               {"input_gain (brief)", 2},
                                               {"input_gain (long)", 2 + k_another_stage},
                                               {"threshold (brief)", 3},
                                               {"threshold (long)", 3 + k_another_stage},
                                               {"response_gain (brief)", 4},
                                               {"response_gain (long)", 4 + k_another_stage},
                                               {"prior_input", 5}};
  EXPECT_EQ(looks, expected);
  EXPECT_LE(draw_shuffle_control(example_results(1, 48, 10), {}).columns, 3);
}

// Whatever the order of the manifest, which is that of the plan.
TEST(Figures, OneNetworkIsShownWithOneChildOfEachKindInTheirOrder) {
  Results results = example_results(2);
  std::reverse(results.networks.begin(), results.networks.end());
  FinishedNetwork again = results.networks[1]; // a child of seed 2
  again.run_id.back() = 'x';
  results.networks.insert(results.networks.begin(), again);
  const Drawing drawing = draw_state_space(results, {});
  EXPECT_EQ(titles(drawing),
            (std::vector<std::string>{
                "stage 1, high contrast", "stage 1, low contrast",
                "after input gain, high contrast", "after input gain, low contrast",
                "after threshold, high contrast", "after threshold, low contrast",
                "after response gain, high contrast", "after response gain, low contrast"}));
  EXPECT_NE(drawing.note.find("(N = 48, tau = 30 ms, seed 2)"), std::string::npos) << drawing.note;
}

TEST(Figures, ACosineIsFittedToMostOfTheCircleOrNotAtAll) {
  const Drawing many = draw_threshold_tuning(example_results(2, 24), {});
  EXPECT_NE(find_series(many.panels[0], "cosine fit to the mean", "fit to the mean of networks"),
            nullptr);
  EXPECT_EQ(many.panels[2].y.label, "response gain (no unit)");
  const Drawing few = draw_threshold_tuning(example_results(2, 8), {});
  EXPECT_EQ(find_series(few.panels[0], "cosine fit to the mean", "fit to the mean of networks"),
            nullptr);
}

TEST(Figures, CellsOfAMapShareOneScaleOfColours) {
  Results results = example_results(2);
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.seed == 2) network.spec.settings.N = 100;
  }
  FigureOptions options;
  options.x = "N";
  options.y = "tau";
  const Drawing drawing = draw_parameter_map(results, options);
  EXPECT_EQ(drawing.title, "Mean bias toward the prior, low contrast, over N and tau");
  ASSERT_EQ(drawing.panels.size(), 5u);
  for (const Panel &panel : drawing.panels) {
    EXPECT_EQ(panel.value->label, "bias toward the prior (degrees), low contrast");
    EXPECT_EQ(panel.value->column, "bias_low");
    EXPECT_DOUBLE_EQ(*panel.value->low, 0.1);
    EXPECT_DOUBLE_EQ(*panel.value->high, 4.2);
  }
}

TEST(Figures, SayWhyTheyAreNotDrawn) {
  Results results = example_results(2);
  EXPECT_NE(draw_shuffle_control(results, {}).skipped_because.find("shuffles"), std::string::npos);
  EXPECT_NE(draw_parameter_map(results, {}).skipped_because.find("fewer than two parameters"),
            std::string::npos);
  for (FinishedNetwork &network : results.networks) network.measures.reset();
  EXPECT_NE(draw_bias_toward_prior(results, {}).skipped_because.find("evaluated"),
            std::string::npos);
  results.networks.clear();
  EXPECT_NE(draw_learning_curves(results, {}).skipped_because.find("no finished network"),
            std::string::npos);
}

TEST(Figures, ADaysOutputIsDrawnBesideItsTargetAcrossTheWrap) {
  const Drawing drawing = draw_direction_scatter(example_results(2), {});
  ASSERT_EQ(drawing.panels.size(), 2u);
  const std::vector<double> targets = {0, 90, 175, -175, -60};
  for (std::size_t contrast = 0; contrast < 2; ++contrast) {
    const std::vector<Point> &points = drawing.panels[contrast].series[0].points;
    ASSERT_EQ(points.size(), 2 * targets.size());
    for (std::size_t i = 0; i < points.size(); ++i) {
      const std::size_t day = i % targets.size();
      const double ahead = (contrast == 0 ? 1.0 : 10.0) * (i < targets.size() ? 1 : 2); // by seed
      EXPECT_EQ(points[i].value, static_cast<double>(day));
      EXPECT_NEAR(points[i].x, targets[day], 1e-9);         // rounding of degrees
      EXPECT_NEAR(points[i].y, targets[day] + ahead, 1e-9); // and of a sine and a cosine
    }
  }
  EXPECT_NE(drawing_csv(drawing, "").find(",target_direction_deg,output_direction_deg,day,"),
            std::string::npos);
}

// Known only from outside: the files, and what is stamped into them.
TEST(FigureFiles, AreDrawnOnceAndAgainWhenDamagedOrChanged) {
  const std::filesystem::path folder = "out";
  MemoryDisk disk;
  const FigurePlace place{disk, folder, "study", "data"};
  const std::vector<FigureRequest> requests = {{"bias_toward_prior", "{}", {}},
                                               {"shuffle_control", "{}", {}}};
  const std::vector<DrawnFigure> first = draw_figures(place, requests, example_results(2));
  ASSERT_EQ(first.size(), 2u);
  EXPECT_TRUE(first[0].redrawn);
  ASSERT_EQ(first[0].entry.files.size(), 4u);
  EXPECT_EQ(first[0].entry.files[0].path, "study/figures/bias_toward_prior.svg");
  EXPECT_EQ(first[0].entry.models.size(), 10u);
  EXPECT_NE(first[0].svg.find(first[0].entry.models[0]), std::string::npos) << "stamped";
  EXPECT_NE(first[1].entry.skipped_because, "");
  EXPECT_EQ(first[1].error, "") << "no data is no failure";

  const std::vector<DrawnFigure> again = draw_figures(place, requests, example_results(2));
  EXPECT_FALSE(again[0].redrawn);
  EXPECT_EQ(again[0].entry.files[3].sha256, first[0].entry.files[3].sha256);

  disk.write_whole(folder / "study/figures/bias_toward_prior.csv", "damaged");
  const std::vector<DrawnFigure> mended = draw_figures(place, requests, example_results(2));
  EXPECT_TRUE(mended[0].redrawn);
  for (std::size_t i = 0; i < 4; ++i)
    EXPECT_EQ(mended[0].entry.files[i].sha256, first[0].entry.files[i].sha256) << i;

  EXPECT_TRUE(draw_figures(place, requests, example_results(3))[0].redrawn) << "other models";
}

TEST(FigureFiles, SayWhatTheyLeaveOut) {
  FigureRequest some{"bias_toward_prior", "{}", {}};
  some.options.stage = "adapt";
  some.options.where_match = Match{{{find_parameter("N"), {std::int64_t{48}}, {}}}, {}};
  MemoryDisk disk;
  const std::vector<DrawnFigure> drawn =
      draw_figures({disk, "out", "study", "data"}, {some}, example_results(1));
  EXPECT_NE(drawn[0].note.find(" Only stage adapt. Only networks with N=48."), std::string::npos)
      << drawn[0].note;
  EXPECT_NE(drawn[0].svg.find("N=48."), std::string::npos);
}

TEST(FigureFiles, TheSecondOfANameHasANumber) {
  MemoryDisk disk;
  const std::vector<DrawnFigure> drawn = draw_figures(
      {disk, "out", "study", "data"}, {{"prior_cue", "{}", {}}, {"prior_cue", "{\"seed\":1}", {}}},
      example_results(1));
  EXPECT_EQ(drawn[1].entry.name, "prior_cue_2");
}

} // namespace
