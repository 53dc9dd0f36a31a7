// PDF files: their date, and that every letter lies on the page in its true size.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "fixtures.hpp"
#include "report/figures.hpp"
#include "report/gnuplot.hpp"
#include "report/pdf_date.hpp"
#include "support/outside.hpp"

using namespace pursuit;

namespace {

std::string data_file(const std::string &name) {
  return read_file(source_dir() / "tests/report" / name);
}

// Two of one picture, drawn by cairo 1.18.4 (gnuplot 6.0.2 of Debian 13) at different times.
TEST(PdfDate, IsFoundInACompressedStream) {
  const std::string first = data_file("cairo_1_18_a.pdf"), second = data_file("cairo_1_18_b.pdf");
  ASSERT_NE(first, second);
  ASSERT_EQ(first.find("CreationDate"), std::string::npos) << "it is not compressed";
  const std::string undated = undated_pdf(first);
  EXPECT_EQ(undated, undated_pdf(second));
  EXPECT_EQ(undated, undated_pdf(undated)) << "1 January 2000 stays";
  EXPECT_TRUE(has_font(undated));
}

// A reader that is not ours: offsets, lengths and the date.
TEST(PdfDate, LeavesADocumentThatOthersRead) {
  if (run_program("pdfinfo -v").exit_code != 0) GTEST_SKIP() << "no pdfinfo: install poppler-utils";
  const Scratch folder;
  write_file(folder / "a.pdf", data_file("cairo_1_18_a.pdf"));
  write_file(folder / "b.pdf", undated_pdf(data_file("cairo_1_18_a.pdf")));
  const auto ask = [&](const std::string &command) {
    const Ended ended = run_program("cd '" + folder.path().string() + "' && TZ=UTC " + command);
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
    return ended.out;
  };
  EXPECT_NE(ask("pdfinfo -isodates b.pdf").find("CreationDate:    2000-01-01T00:00:00Z"),
            std::string::npos);
  EXPECT_EQ(ask("pdftotext -bbox b.pdf - | grep word"), ask("pdftotext -bbox a.pdf - | grep word"));
  EXPECT_EQ(ask("pdftoppm -r 50 b.pdf | sha256sum"), ask("pdftoppm -r 50 a.pdf | sha256sum"));
}

TEST(PdfDate, IsMissedAloud) {
  std::string cut = data_file("cairo_1_18_a.pdf");
  EXPECT_THROW(undated_pdf("%PDF-1.5\nnothing"), RunError);
  EXPECT_THROW(undated_pdf(cut.substr(0, cut.size() / 2)), RunError);
  const std::size_t stream = cut.rfind("stream\n", cut.rfind("endstream"));
  cut[stream + 20] ^= 0x55; // the compressed table
  EXPECT_THROW(undated_pdf(cut), RunError);
  const std::string none = "1 0 obj\n<< /Producer (x) >>\nendobj\nstartxref\n0\n%%EOF\n";
  EXPECT_THROW(undated_pdf(none), RunError);
}

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  std::string text;
};

struct Page {
  double width = 0, height = 0;
  std::vector<Box> words;
};

Page page_of(const std::string &pdf) {
  const Scratch folder;
  write_file(folder / "picture.pdf", pdf);
  const Ended ended = run_program("pdftotext -bbox '" + (folder / "picture.pdf").string() + "' -");
  EXPECT_EQ(ended.exit_code, 0) << ended.out;
  Page page;
  std::size_t at = ended.out.find("<page ");
  std::sscanf(ended.out.c_str() + at, "<page width=\"%lf\" height=\"%lf\"", &page.width,
              &page.height);
  while ((at = ended.out.find("<word ", at)) != std::string::npos) {
    Box box;
    std::sscanf(ended.out.c_str() + at, "<word xMin=\"%lf\" yMin=\"%lf\" xMax=\"%lf\" yMax=\"%lf\"",
                &box.left, &box.top, &box.right, &box.bottom);
    const std::size_t text = ended.out.find('>', at) + 1;
    box.text = ended.out.substr(text, ended.out.find('<', text) - text);
    for (std::size_t mark; (mark = box.text.find("&apos;")) != std::string::npos;)
      box.text.replace(mark, 6, "'");
    page.words.push_back(box);
    at = text;
  }
  return page;
}

std::vector<std::string> words_of(const std::string &text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// Names of axes, which nothing else may hide or push off the page.
std::multiset<std::string> names_of_axes(const Drawing &drawing) {
  std::multiset<std::string> names;
  for (const Panel &panel : drawing.panels) {
    for (const std::string &word : words_of(panel.x.label + " " + panel.y.label))
      names.insert(word);
    if (!panel.value) continue;
    for (const std::string &word : words_of(panel.value->label)) names.insert(word);
  }
  return names;
}

bool overlap(const Box &a, const Box &b) {
  constexpr double k_least = 2; // points: boxes have room for accents and tails
  return std::min(a.right, b.right) - std::max(a.left, b.left) > k_least &&
         std::min(a.bottom, b.bottom) - std::max(a.top, b.top) > k_least;
}

// Sizes of letters in the layout, pixels of 1/96 inch: axes and titles of panels, the title, the note, numbers in cells.
constexpr double k_sizes_px[] = {11, 13, 9.5, 8};
// DejaVu Sans is 0.928 above and 0.236 below the line, of its size; a box of poppler is as high.
constexpr double k_height_of_size = 1.164;

void expect_whole(const Drawing &drawing) {
  const Page page = page_of(Gnuplot().draw(drawing).pdf);
  ASSERT_GT(page.width, 100) << drawing.name;
  EXPECT_GT(page.words.size(), 10u) << drawing.name;
  for (const Box &word : page.words) {
    EXPECT_GE(word.left, 0) << drawing.name << ": " << word.text;
    EXPECT_LE(word.right, page.width) << drawing.name << ": " << word.text;
    // The box has room for accents and tails that its letters may not have: a point of it may lie outside.
    EXPECT_GE(word.top, -1) << drawing.name << ": " << word.text;
    EXPECT_LE(word.bottom, page.height + 1) << drawing.name << ": " << word.text;
  }
  std::multiset<std::string> found;
  for (const Box &word : page.words) found.insert(word.text);
  const std::multiset<std::string> names = names_of_axes(drawing);
  for (const std::string &name : names)
    EXPECT_GE(found.count(name), names.count(name)) << drawing.name << ": " << name;
  // Words that stand aslant or upright have other boxes; level ones are as high as their size, on a page of which a pixel is
  // 3/4 point. 2%: poppler rounds, and the next size is 16% away.
  std::vector<Box> level;
  for (const Box &word : page.words) {
    const double size_px = (word.bottom - word.top) / k_height_of_size / 0.75;
    if (std::any_of(std::begin(k_sizes_px), std::end(k_sizes_px),
                    [&](double known) { return std::abs(size_px - known) < 0.02 * known; }))
      level.push_back(word);
  }
  for (std::size_t i = 0; i < level.size(); ++i) {
    for (std::size_t j = 0; j < i; ++j)
      EXPECT_FALSE(overlap(level[i], level[j]))
          << drawing.name << ": " << level[i].text << " over " << level[j].text;
  }
  EXPECT_GT(level.size(), page.words.size() / 3)
      << drawing.name; // most of the others are names of categories
}

Drawing drawn(const Figure &figure, const Results &results) {
  FigureOptions options;
  if (figure.name == "parameter_map") {
    options.x = "N";
    options.y = "tau";
  }
  Drawing drawing = figure.draw(results, options);
  drawing.name = figure.name;
  return drawing;
}

void expect_every_figure_whole(const Results &results) {
  if (run_program("pdftotext -v").exit_code != 0)
    GTEST_SKIP() << "no pdftotext: install poppler-utils";
  std::size_t figures_seen = 0;
  for (const Figure &figure : figures()) {
    const Drawing drawing = drawn(figure, results);
    ASSERT_EQ(drawing.skipped_because, "") << figure.name;
    expect_whole(drawing);
    ++figures_seen;
  }
  EXPECT_EQ(figures_seen, figures().size());
}

TEST(PdfPage, HoldsEveryWordInItsSize) {
  expect_every_figure_whole(pursuit::example_results(3, 24, 100));
}

// Long names of stages, and many settings: several panels, titles of several lines, aslant names, a map of 3 x 2 cells.
TEST(PdfPage, HoldsEveryWordOfManySettings) {
  Results results = pursuit::example_results(6, 24, 100);
  for (FinishedNetwork &network : results.networks) {
    const int seed = static_cast<int>(network.spec.seed);
    network.spec.settings.N = 50 + 50 * (seed % 3);
    network.spec.settings.tau_ms = 10.25 * (1 + seed % 2);
    if (network.spec.stage == 2) network.stage = "adapted_for_a_long_time";
    if (network.spec.stage == 2 && seed % 2 == 0) network.stage = "adapted_briefly";
  }
  expect_every_figure_whole(results);
}

// Names without a space, longer than a panel; numbers with many digits along both axes of a map, and a long name of its scale;
// several stages with a cue, whose names stand aslant over the axis's.
TEST(PdfPage, HoldsLongNamesAndNumbers) {
  if (run_program("pdftotext -v").exit_code != 0)
    GTEST_SKIP() << "no pdftotext: install poppler-utils";
  Results results = pursuit::example_results(4, 24, 100);
  const std::string tail(60, 'x');
  for (FinishedNetwork &network : results.networks) {
    const bool even = network.spec.seed % 2 == 0;
    network.spec.settings.noise_recurrent = even ? 0.0123456789012 : 0.0316227766017;
    network.spec.settings.noise_input = network.spec.seed > 2 ? 0.0123456789012 : 0.0316227766017;
    if (network.spec.stage == 2) network.stage = (even ? "a_" : "b_") + tail;
    if (network.spec.mode == Mode::prior_input)
      network.stage = even ? "cued_one_with_a_long_name" : "cued_two_with_a_long_name";
  }
  for (const std::string name : {"threshold_tuning", "bias_toward_prior", "prior_cue"})
    expect_whole(drawn(*std::find_if(figures().begin(), figures().end(),
                                     [&](const Figure &figure) { return figure.name == name; }),
                       results));
  FigureOptions map;
  map.x = "noise_recurrent";
  map.y = "noise_input";
  map.measure = "uniform_bias";
  map.contrast = "low";
  Drawing drawing = draw_parameter_map(results, map);
  ASSERT_EQ(drawing.skipped_because, "");
  drawing.name = "parameter_map";
  expect_whole(drawing);
}

TEST(PdfPage, HoldsOneNetwork) { expect_every_figure_whole(pursuit::example_results(1, 24, 5)); }

} // namespace
