// gnuplot in environments that stop it, change what it draws, or let it hang.
#include <csignal>
#include <cstdlib>
#include <map>
#include <optional>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "base/temporary_folder.hpp"
#include "report/gnuplot.hpp"
#include "support/outside.hpp"

using namespace pursuit;

namespace {

Drawing a_drawing() {
  Drawing drawing;
  drawing.name = "example";
  drawing.title = "A title";
  Panel panel;
  panel.x = {"time (ms)", "time_ms"};
  panel.y = {"rate", "rate"};
  Series line;
  line.group = line.statistic = "network";
  line.mark = Mark::lines;
  line.points = {{0, 0.5}, {1, 1.5}};
  panel.series = {line};
  drawing.panels = {panel};
  return drawing;
}

// Variables of the environment, as they were before at the end.
class Environment {
public:
  explicit Environment(const std::map<std::string, std::string> &values) {
    for (const auto &[name, value] : values) {
      const char *before = std::getenv(name.c_str());
      before_[name] = before != nullptr ? std::optional<std::string>(before) : std::nullopt;
      ::setenv(name.c_str(), value.c_str(), 1);
    }
  }
  ~Environment() {
    for (const auto &[name, value] : before_) {
      if (value)
        ::setenv(name.c_str(), value->c_str(), 1);
      else
        ::unsetenv(name.c_str());
    }
  }

private:
  std::map<std::string, std::optional<std::string>> before_;
};

// A gnuplot of this script, first on PATH.
std::string path_with_gnuplot(const Scratch &folder, const std::string &script) {
  write_file(folder / "gnuplot", "#!/bin/sh\n" + script + "\n");
  std::filesystem::permissions(folder / "gnuplot", std::filesystem::perms::owner_all);
  return folder.path().string() + ":" + std::getenv("PATH");
}

std::string error_of(Gnuplot &gnuplot) {
  try {
    gnuplot.draw(a_drawing());
  } catch (const RunError &error) {
    return error.what();
  }
  return "none";
}

TEST(GnuplotProcess, DrawsTheSameInAnyEnvironment) {
  const Pictures plain = Gnuplot().draw(a_drawing());
  const Environment strange({{"GNUTERM", "qt"},
                             {"GNUPLOT_LIB", "/nowhere"},
                             {"GNUPLOT_FONTPATH", "/nowhere"},
                             {"GDFONTPATH", "/nowhere"},
                             {"LC_ALL", "de_DE.UTF-8"},
                             {"TZ", "America/New_York"},
                             {"G_DEBUG", "fatal-warnings"}});
  const Pictures pictures = Gnuplot().draw(a_drawing());
  EXPECT_EQ(pictures.svg, plain.svg);
  EXPECT_EQ(pictures.png, plain.png);
  EXPECT_EQ(pictures.pdf, plain.pdf);
}

TEST(GnuplotProcess, DoesWithoutTmpdir) {
  const Scratch folder;
  write_file(folder / "a_file", "");
  const std::vector<std::string> wrong_ones = {"", "/nowhere/at/all", (folder / "a_file").string()};
  for (const std::string &wrong : wrong_ones) {
    const Environment environment({{"TMPDIR", wrong}});
    Gnuplot gnuplot(folder / "last");
    EXPECT_NE(gnuplot.draw(a_drawing()).pdf, "") << wrong;
    ASSERT_EQ(gnuplot.notices().size(), 1u) << wrong;
    EXPECT_NE(gnuplot.notices()[0].find("TMPDIR"), std::string::npos) << gnuplot.notices()[0];
    gnuplot.draw(a_drawing());
    EXPECT_EQ(gnuplot.notices().size(), 1u) << "said once";
  }
}

TEST(TemporaryFolder, IsInTmpdirAndGoesWithAllInIt) {
  const Scratch folder;
  const Environment environment({{"TMPDIR", folder.path().string()}});
  std::filesystem::path path;
  {
    const TemporaryFolder made;
    path = made.path();
    write_file(path / "file", "x");
    EXPECT_EQ(path.parent_path(), folder.path());
    EXPECT_EQ(made.notice(), "");
  }
  EXPECT_FALSE(std::filesystem::exists(path));
}

// Conda, Guix and clusters have had such configurations.
TEST(GnuplotProcess, SaysWhereNoFontIsFound) {
  const Scratch folder;
  write_file(folder / "fonts.conf",
             "<?xml version=\"1.0\"?><!DOCTYPE fontconfig SYSTEM \"fonts.dtd\"><fontconfig>"
             "<dir>/nowhere</dir><cachedir>" +
                 folder.path().string() + "</cachedir></fontconfig>");
  Gnuplot with_fonts;
  EXPECT_TRUE(with_fonts.draw(a_drawing()).has_letters);
  EXPECT_TRUE(with_fonts.notices().empty());
  const Environment environment({{"FONTCONFIG_FILE", (folder / "fonts.conf").string()}});
  Gnuplot without;
  EXPECT_FALSE(without.draw(a_drawing()).has_letters);
  ASSERT_EQ(without.notices().size(), 1u);
  EXPECT_NE(without.notices()[0].find("no font was found"), std::string::npos);
  EXPECT_NE(without.notices()[0].find("FONTCONFIG_FILE"), std::string::npos);
}

// MATLAB and environment modules leave LD_LIBRARY_PATH with a cairo of their own.
TEST(GnuplotProcess, DrawsBesideLibrariesThatItCannotUse) {
  const Scratch folder;
  write_file(folder / "libcairo.so.2", "not a library");
  const Environment environment({{"LD_LIBRARY_PATH", folder.path().string()}});
  if (run_program("gnuplot --version").exit_code == 0)
    GTEST_SKIP() << "this gnuplot does not load libcairo.so.2";
  EXPECT_NE(Gnuplot().draw(a_drawing()).pdf, "");
}

TEST(GnuplotProcess, ThatHangsIsStopped) {
  const Scratch folder;
  const Environment environment(
      {{"PATH", path_with_gnuplot(folder, "sleep 1000 & echo $! >> '" + (folder / "pids").string() +
                                              "'; wait")}});
  Gnuplot gnuplot({}, 0.6);
  EXPECT_NE(error_of(gnuplot).find("was not ready after 1 s"), std::string::npos);
  EXPECT_LT(gnuplot.limit_s(a_drawing()), 0.2) << "what hangs, hangs once";
  // What it started itself is gone too, or about to be; a dead one may wait for somebody to ask for its end.
  const std::string pids = read_file(folder / "pids");
  const std::string status = "/proc/" + pids.substr(0, pids.find('\n')) + "/status";
  const std::string gone = "for i in 1 2 3 4 5 6 7 8 9 10; do if [ ! -e " + status +
                           " ] || grep -q 'State:.Z' " + status +
                           "; then exit 0; fi; sleep 0.2; done; exit 1";
  EXPECT_EQ(run_program("sh -c \"" + gone + "\"").exit_code, 0);
}

// As it finds them in a shell, whatever this program blocks or ignores.
TEST(GnuplotProcess, FindsUsualSignals) {
  const Scratch folder;
  const Environment environment(
      {{"PATH", path_with_gnuplot(folder, "exec grep -E '^Sig(Blk|Ign)' /proc/self/status > '" +
                                              (folder / "signals").string() + "'")}});
  struct sigaction before {};
  ::sigaction(SIGPIPE, nullptr, &before);
  std::signal(SIGPIPE, SIG_IGN); // as the program does
  Gnuplot gnuplot;
  EXPECT_EQ(error_of(gnuplot), "gnuplot wrote no picture.svg");
  ::sigaction(SIGPIPE, &before, nullptr);
  EXPECT_EQ(read_file(folder / "signals"),
            "SigBlk:\t0000000000000000\nSigIgn:\t0000000000000000\n");
}

TEST(GnuplotProcess, TellsItsLastLineAndItsExitCode) {
  const Scratch folder;
  const Environment environment(
      {{"PATH",
        path_with_gnuplot(
            folder,
            R"(printf '\nplot $d0\n     ^\n"script" line 3: no such thing\n\n' >&2; exit 1)")}});
  Gnuplot gnuplot;
  EXPECT_EQ(error_of(gnuplot), "gnuplot failed with exit code 1: \"script\" line 3: no such thing");
}

// Networks whose measure is null: their panel says so, and the others are drawn.
TEST(GnuplotProcess, DrawsPanelsWithoutAnyValue) {
  for (const Mark mark : {Mark::dots, Mark::lines, Mark::curve, Mark::means, Mark::reference}) {
    Drawing drawing = a_drawing();
    drawing.panels[0].series[0].mark = mark;
    drawing.panels.push_back(drawing.panels[0]);
    for (Point &point : drawing.panels[0].series[0].points) point.y = k_nothing;
    const Pictures pictures = Gnuplot().draw(drawing);
    EXPECT_NE(pictures.svg.find("no network has a value here"), std::string::npos);
    drawing.panels[1] = drawing.panels[0];
    drawing.panels[1].series.clear();
    EXPECT_NE(Gnuplot().draw(drawing).pdf, "") << "none at all";
  }
}

// No line leads to it, and the table has it.
TEST(GnuplotProcess, DrawsAValueWithoutNeighbours) {
  for (const Mark mark : {Mark::lines, Mark::curve, Mark::reference}) {
    Drawing drawing = a_drawing();
    Series &series = drawing.panels[0].series[0];
    series.mark = mark;
    series.points = {{0, 0.5}, {1, 1.5}, {2, k_nothing}, {3, 1}, {4, k_nothing}, {5, 1}, {6, 2}};
    const Pictures with = Gnuplot().draw(drawing);
    series.points[3].y = k_nothing;
    EXPECT_NE(with.svg, Gnuplot().draw(drawing).svg) << static_cast<int>(mark);
  }
}

// Readers without DejaVu Sans: gnuplot's SVG names no other font.
TEST(GnuplotProcess, SvgNamesOtherFonts) {
  const std::string svg = Gnuplot().draw(a_drawing()).svg;
  std::size_t named = 0;
  for (std::size_t at = 0; (at = svg.find("font-family=\"", at)) != std::string::npos; ++at) {
    ++named;
    EXPECT_TRUE(
        svg.substr(at).starts_with("font-family=\"'DejaVu Sans', Arial, Helvetica, sans-serif\""))
        << svg.substr(at, 80);
  }
  EXPECT_GT(named, 3u);
}

// Drawn from end to end: gnuplot's error bars leave a gap around the value that is wider than a short interval.
TEST(Gnuplot, AnIntervalIsDrawnWhole) {
  Drawing drawing = a_drawing();
  Series &mean = drawing.panels[0].series[0];
  mean.mark = Mark::means;
  mean.points = {{0, 0.5, 0.49, 0.51}};
  EXPECT_EQ(gnuplot_script(drawing).find("errorbars"), std::string::npos);
  const std::string with = Gnuplot().draw(drawing).svg;
  mean.points = {{0, 0.5}};
  EXPECT_NE(with, Gnuplot().draw(drawing).svg);
}

} // namespace
