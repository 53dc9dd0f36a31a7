// Every figure, from networks with known measures.
#include <cmath>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>

#include "../store/memory_disk.hpp"
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

TEST(FigureFiles, TheSecondOfANameHasANumber) {
  MemoryDisk disk;
  const std::vector<DrawnFigure> drawn = draw_figures(
      {disk, "out", "study", "data"}, {{"prior_cue", "{}", {}}, {"prior_cue", "{\"seed\":1}", {}}},
      example_results(1));
  EXPECT_EQ(drawn[1].entry.name, "prior_cue_2");
}

} // namespace
