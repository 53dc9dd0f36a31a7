// The page as text; tests/report/report_in_browser_test.py opens it.
#include <gtest/gtest.h>

#include "fixtures.hpp"
#include "report/html.hpp"
#include "report/report.hpp"

using namespace pursuit;

namespace {

Manifest example_manifest() {
  Manifest manifest;
  manifest.name = "study";
  manifest.description = "<script>alert(1)</script>";
  manifest.git_commit = "0123456789";
  manifest.git_dirty = true;
  manifest.state = "complete";
  ManifestRun parent;
  parent.id = "aa";
  parent.stage = "weights";
  parent.state = RunState::done;
  ManifestRun child = parent;
  child.id = "bb";
  child.stage = "adapt</script>";
  child.spec.stage = 2;
  child.spec.parent_id = "aa";
  manifest.runs = {parent, child};
  return manifest;
}

bool has(const std::string &page, const std::string &part) {
  return page.find(part) != std::string::npos;
}

TEST(ReportPage, EscapesWhatComesFromOutside) {
  const std::string page = report_html(example_manifest(), {}, {});
  EXPECT_FALSE(has(page, "<script>alert(1)"));
  EXPECT_TRUE(has(page, "&lt;script&gt;alert(1)"));
  EXPECT_FALSE(has(page, "adapt</script>"));
  EXPECT_TRUE(has(page, "adapt\\u003c/script>")) << "in the table's data";
}

TEST(ReportPage, SaysWhereItComesFromAndHowToCite) {
  Manifest manifest = example_manifest();
  std::string page = report_html(manifest, {}, {});
  EXPECT_TRUE(has(page, "synthetic data"));
  EXPECT_TRUE(has(page, "0123456789, with changes"));
  EXPECT_TRUE(has(page, "Tuned inhibitory control of neuronal firing thresholds explains "
                        "predictive sensorimotor behavior"));
  EXPECT_TRUE(has(page, "10.1126/sciadv.adg4156"));
  manifest.synthetic = false;
  page = report_html(manifest, {}, {});
  EXPECT_TRUE(has(page, "recorded data"));
  EXPECT_FALSE(has(page, "nothing about an animal"));
}

TEST(ReportPage, IsTheSameTwice) {
  EXPECT_EQ(report_html(example_manifest(), {}, {}), report_html(example_manifest(), {}, {}));
}

TEST(ReportPage, PlanHasABoxForEachStage) {
  const std::string svg = plan_svg(example_manifest().runs);
  EXPECT_TRUE(has(svg, ">weights<") && has(svg, ">adapt&lt;/script&gt;<")) << svg;
  EXPECT_TRUE(has(svg, "1 of 1 runs done"));
  EXPECT_TRUE(has(svg, "marker-end"));
}

TEST(ReportPage, PlanCutsLongNamesOfStages) {
  ManifestRun run;
  run.stage = "weights_with_a_very_long_stage_name"; // bold letters are wider than others
  const std::string svg = plan_svg({run});
  EXPECT_TRUE(has(svg, ">weights_with_a_very_long...<")) << svg;
  run.stage = "weights_of_25_letters_abc";
  EXPECT_TRUE(has(plan_svg({run}), ">weights_of_25_letters_abc<"));
}

TEST(ReportPage, PlanNamesValuesInOrderAndWhole) {
  std::vector<ManifestRun> runs;
  for (const int n : {250, 60, 100}) {
    for (const Activation activation :
         {Activation::threshold, Activation::input_gain, Activation::response_gain}) {
      ManifestRun run;
      run.id = std::to_string(runs.size());
      run.stage = "adapt";
      run.spec.stage = 2;
      run.spec.settings.N = n;
      run.spec.settings.activation = activation;
      runs.push_back(run);
    }
  }
  const std::string svg = plan_svg(runs);
  EXPECT_TRUE(has(svg, ">N = 60, 100, 250<")) << svg;
  EXPECT_TRUE(has(svg, ">activation = input_gain,<")) << svg;
  EXPECT_TRUE(has(svg, ">response_gain,<") && has(svg, ">threshold<")) << svg;
}

TEST(ReportPage, NamesTheFilesOfAFigure) {
  DrawnFigure figure;
  figure.entry.name = "direction_sd";
  figure.svg = "<svg></svg>";
  EXPECT_TRUE(has(report_html(example_manifest(), {figure}, {}),
                  "Files: figures/direction_sd.{svg,png,pdf,csv}; 0 models."));
}

TEST(ReportPage, PiecesOfPages) {
  EXPECT_EQ(base64(""), "");
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foobar"), "Zm9vYmFy"); // RFC 4648, section 10
  EXPECT_EQ(html("a<b>&\"'\x01"), "a&lt;b&gt;&amp;&quot;&#39; ");
  EXPECT_EQ(unescaped(html("a<b>&\"'&amp;")), "a<b>&\"'&amp;");
  EXPECT_EQ(inline_svg("<?xml?>\n<svg><path id='p'/><use href='#p' fill='url(#p)'/></svg>", "x-"),
            "<svg><path id='x-p'/><use href='#x-p' fill='url(#x-p)'/></svg>");
}

} // namespace
