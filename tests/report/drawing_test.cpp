// A drawing's two forms: the table, and the pictures that gnuplot makes.
#include <cstdio>
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "report/gnuplot.hpp"
#include "report/pdf_date.hpp"

using namespace pursuit;

namespace {

Drawing example() {
  Drawing drawing;
  drawing.name = "example";
  drawing.title = "It's a title";
  drawing.note = "synthetic data";
  drawing.networks = {{"aa", "f1", "threshold", 7}, {"bb", "e0", "threshold", 8}};
  Panel panel;
  panel.title = "low contrast";
  panel.factors = {{"contrast", "low"}};
  panel.x = {"", "trained"};
  panel.x.categories = {"threshold, here"};
  panel.y = {"bias (degrees)", "bias_deg"};
  Series networks;
  networks.group = "threshold";
  networks.statistic = "network";
  networks.in_key = true;
  networks.points = {{0, 4.5, k_nothing, k_nothing, 0}, {0, 5, k_nothing, k_nothing, 1}};
  Series mean = networks;
  mean.statistic = "mean of networks";
  mean.mark = Mark::means;
  mean.points = {{0, 4.75, 4.5, 5}};
  panel.series = {networks, mean};
  drawing.panels = {panel};
  return drawing;
}

TEST(Drawing, TableHasExactlyWhatIsDrawn) {
  EXPECT_EQ(drawing_csv(example(), "5a"),
            "contrast,model,statistic,seed,run_id,trained,bias_deg,ci95_low,ci95_high,model_sha256,"
            "drawn_from_sha256\n"
            "low,threshold,network,7,aa,\"threshold, here\",4.5,,,f1,5a\n"
            "low,threshold,network,8,bb,\"threshold, here\",5,,,e0,5a\n"
            "low,threshold,mean of networks,,,\"threshold, here\",4.75,4.5,5,,5a\n");
  EXPECT_EQ(drawn_models(example()), (std::vector<std::string>{"e0", "f1"}));
}

TEST(Drawing, TableLeavesOutWhatIsNotThere) {
  Drawing drawing = example();
  drawing.panels[0].series[0].points[0].y = k_nothing;
  EXPECT_EQ(drawing_csv(drawing, "").find(",aa,"), std::string::npos);
}

TEST(Drawing, PicturesHaveTheSameBytesTwice) {
  const Pictures first = Gnuplot().draw(example());
  const Pictures second = Gnuplot().draw(example());
  EXPECT_EQ(first.svg, second.svg);
  EXPECT_EQ(first.png, second.png);
  EXPECT_EQ(first.pdf, second.pdf);
  EXPECT_NE(first.svg.find("It's a title"), std::string::npos);
  EXPECT_NE(first.svg.find("synthetic data"), std::string::npos);
  EXPECT_EQ(first.png.substr(1, 3), "PNG");
  EXPECT_EQ(first.pdf.substr(0, 5), "%PDF-");
  EXPECT_EQ(first.pdf, undated_pdf(first.pdf));
}

TEST(Drawing, LongTextHasRoom) {
  Drawing drawing = example();
  drawing.panel_width = 220;
  drawing.panels[0].title = "response gain, N=100, tau=20 ms, gain=1.25, high contrast";
  drawing.panels[0].x.categories = {"response gain (a_long_name)", "stage 1"};
  const std::string svg = Gnuplot().draw(drawing).svg;
  EXPECT_EQ(svg.find("ms, gain=1.25"), std::string::npos) << "one line, beyond its panel";
  EXPECT_NE(svg.find("gain=1.25, high contrast"), std::string::npos);
  const auto height_of = [](const std::string &picture) {
    const std::size_t at = picture.find("viewBox=\"0 0 ");
    double width = 0, height = 0;
    EXPECT_EQ(std::sscanf(picture.c_str() + at, "viewBox=\"0 0 %lf %lf", &width, &height), 2);
    return height;
  };
  drawing.panels[0].title = "low contrast";
  drawing.panels[0].x.categories = {"a", "b"};
  EXPECT_GT(height_of(svg), height_of(Gnuplot().draw(drawing).svg));
}

TEST(Drawing, TextIsNeverACommand) {
  Drawing drawing = example();
  drawing.title = "a' ; system('touch owned') # `date` \\n \"";
  drawing.panels[0].x.categories = {"it's `x`\nnew line"};
  const Pictures pictures = Gnuplot().draw(drawing);
  EXPECT_NE(pictures.svg.find("`date`"), std::string::npos);
  EXPECT_NE(pictures.svg.find("new line"), std::string::npos);
}

TEST(Drawing, WithoutGnuplotTheErrorSaysWhatToInstall) {
  const std::string path = std::getenv("PATH");
  ::setenv("PATH", "/nowhere", 1);
  try {
    Gnuplot().draw(example());
    ADD_FAILURE() << "drawn without gnuplot";
  } catch (const RunError &error) {
    EXPECT_NE(std::string(error.what()).find("gnuplot-nox"), std::string::npos) << error.what();
  }
  ::setenv("PATH", path.c_str(), 1);
}

} // namespace
