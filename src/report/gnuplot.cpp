#include "report/gnuplot.hpp"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include <fmt/format.h>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "base/temporary_folder.hpp"
#include "report/gnuplot_process.hpp"
#include "report/pdf_date.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

std::string picture(const fs::path &folder, const char *name) {
  std::optional<std::string> bytes = real_disk().read(folder / name);
  if (!bytes || bytes->empty()) throw RunError(fmt::format("gnuplot wrote no {}", name));
  return std::move(*bytes);
}

// What gnuplot said, in one line: without the line of the script and the mark below it that come before each message.
std::string last_words(const fs::path &folder) {
  std::string said = real_disk().read(folder / "said").value_or("");
  while (!said.empty() && said.back() == '\n') said.pop_back();
  const std::size_t line = said.rfind('\n');
  if (line != std::string::npos) said.erase(0, line + 1);
  return said.empty() ? "it said nothing" : said.substr(0, 400);
}

// gnuplot names one font only. Where a reader has no DejaVu Sans, the next one is taken; all are narrower.
std::string with_other_fonts(std::string svg) {
  constexpr std::string_view k_one = "font-family=\"DejaVu Sans\"";
  constexpr std::string_view k_all = "font-family=\"'DejaVu Sans', Arial, Helvetica, sans-serif\"";
  for (std::size_t at = 0; (at = svg.find(k_one, at)) != std::string::npos; at += k_all.size())
    svg.replace(at, k_one.size(), k_all);
  return svg;
}

std::size_t points_in(const Drawing &drawing) {
  std::size_t points = 0;
  for (const Panel &panel : drawing.panels) {
    for (const Series &series : panel.series) points += series.points.size();
  }
  return points;
}

std::string no_font_text() {
  std::string text = "no font was found: figures are without a letter in PNG and PDF; install the "
                     "Debian package fonts-dejavu-core";
  for (const char *name : {"FONTCONFIG_FILE", "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT"}) {
    if (const char *value = std::getenv(name))
      text += fmt::format(", or see what {}={} says", name, value);
  }
  return text;
}

} // namespace

void Gnuplot::notice(const std::string &text) {
  if (std::find(notices_.begin(), notices_.end(), text) == notices_.end()) notices_.push_back(text);
}

double Gnuplot::limit_s(const Drawing &drawing) const {
  return patience_s_ + static_cast<double>(points_in(drawing)) / 5000;
}

Pictures Gnuplot::draw(const Drawing &drawing) {
  const StopsWait stops; // ends after the folder
  const TemporaryFolder scratch(last_resort_);
  if (!scratch.notice().empty()) notice(scratch.notice());
  real_disk().append(scratch.path() / "script", gnuplot_script(drawing), false);
  const double limit = limit_s(drawing);
  GnuplotEnd end = run_gnuplot(scratch.path(), limit, true);
  // Another program's libraries may be the wrong ones for a gnuplot that needs none of them.
  if (end.code == k_not_linked && std::getenv("LD_LIBRARY_PATH") != nullptr)
    end = run_gnuplot(scratch.path(), limit, false);
  if (end.stopped) throw RunError("stopped by a signal");
  if (end.too_slow) {
    if (!was_too_slow_) patience_s_ /= 6;
    was_too_slow_ = true;
    throw RunError(fmt::format("gnuplot was not ready after {:.0f} s and was stopped; a folder of "
                               "fonts on a file server that does not answer can be the cause",
                               limit));
  }
  if (end.code != 0)
    throw RunError(
        fmt::format("gnuplot failed with exit code {}: {}", end.code, last_words(scratch.path())));
  Pictures pictures = {with_other_fonts(picture(scratch.path(), "picture.svg")),
                       picture(scratch.path(), "picture.png"),
                       undated_pdf(picture(scratch.path(), "picture.pdf"))};
  pictures.has_letters = has_font(pictures.pdf);
  if (!pictures.has_letters) notice(no_font_text());
  return pictures;
}

} // namespace pursuit
