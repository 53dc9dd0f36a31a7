// Every figure, from networks with known measures.
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "experiment/parameters.hpp"
#include "experiment/words.hpp"
#include "fixtures.hpp"
#include "plan/describe.hpp"
#include "report/figure_files.hpp"
#include "support/memory_disk.hpp"

using namespace pursuit;
using pursuit::example_results;
using pursuit::find_series;
using pursuit::titles;

namespace {

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
  const std::string gain =
      value_text(results.networks.front().spec.settings.gain); // the same of every network
  EXPECT_NE(drawing.note.find("(N = 48, tau = 30 ms, gain = " + gain + ", seed 2, run " +
                              drawing.networks[0].run_id.substr(0, 12) + ")"),
            std::string::npos)
      << drawing.note;
}

// However many groups there are, the two contrasts of one stand beside each other, or one over the other.
TEST(Figures, ContrastsOfAShuffleStandTogether) {
  Results results = example_results(2, 24, 100);
  const Drawing three = draw_shuffle_control(results, {});
  EXPECT_EQ(three.columns, 3);
  EXPECT_EQ(three.panels[1].title, "threshold, high contrast");
  EXPECT_EQ(three.panels[4].title, "threshold, low contrast");
  for (FinishedNetwork &network : results.networks) {
    if (network.spec.stage == 2) network.stage = network.spec.seed == 2 ? "brief" : "long";
  }
  const Drawing six = draw_shuffle_control(results, {});
  EXPECT_EQ(six.columns, 2);
  ASSERT_EQ(six.panels.size(), 12u);
  for (std::size_t i = 0; i < 12; i += 2) {
    const std::string title = six.panels[i].title;
    EXPECT_EQ(title.substr(0, title.find(',')) + ", low contrast", six.panels[i + 1].title);
  }
}

TEST(Figures, NotesSpeakOfMeansWhereThereAreSome) {
  for (const Figure &figure : figures()) {
    if (figure.name == "parameter_map") continue; // of cells, whatever their number
    EXPECT_EQ(figure.draw(example_results(1, 24, 100), {}).note.find("mean"), std::string::npos)
        << figure.name;
  }
  for (const auto draw : {draw_bias_toward_prior, draw_threshold_tuning, draw_velocity_traces})
    EXPECT_NE(draw(example_results(2, 24, 100), {}).note.find("their mean"), std::string::npos);
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

// Panels compare at sight, and a map says of how many networks its means are.
TEST(Figures, AScatterHasOneRangeAndAMapItsNumbers) {
  Results results = example_results(3);
  const Drawing scatter = draw_direction_scatter(results, {});
  ASSERT_EQ(scatter.panels.size(), 2u);
  EXPECT_EQ(scatter.panels[0].y.low, scatter.panels[1].y.low);
  EXPECT_EQ(scatter.panels[0].y.high, scatter.panels[1].y.high);
  FigureOptions options;
  options.x = "N";
  options.y = "tau";
  EXPECT_NE(
      draw_parameter_map(results, options).note.find("n = 3 networks in each cell, 15 in all."),
      std::string::npos);
  results.networks.erase(results.networks.begin());
  EXPECT_NE(draw_parameter_map(results, options).note.find("n = 2 to 3 networks in each cell"),
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
