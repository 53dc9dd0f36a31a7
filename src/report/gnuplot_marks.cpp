#include "report/gnuplot_marks.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace pursuit {

namespace {

// Colours of Okabe and Ito (2008), and for sets of parameters of Tol's muted scheme (2021), told apart when colour-blind;
// symbols and dashes for print.
// Dashes are short enough for the key to show one whole period of each.
struct Look {
  const char *colour;
  int symbol;
  const char *dash;
};
constexpr std::array<Look, k_another_stage> k_looks = {{{"#000000", 6, "(8,5)"},
                                                        {"#0072B2", 7, "1"},
                                                        {"#E69F00", 9, "(9,3,2,3)"},
                                                        {"#D55E00", 5, "1"},
                                                        {"#009E73", 13, "(5,3)"},
                                                        {"#CC79A7", 11, "(10,3)"},
                                                        {"#56B4E9", 15, "(2,2)"},
                                                        {"#666666", 4, "1"},
                                                        {"#332288", 15, "(12,3,2,3,2,3)"},
                                                        {"#88CCEE", 7, "(3,3)"},
                                                        {"#882255", 5, "(14,4)"},
                                                        {"#999933", 13, "(7,2,2,2)"}}};
constexpr double k_sample = 44; // length of a line in the key, pixels

constexpr std::array<const char *, 2> k_other_dashes = {"(2,2)", "(7,2,1,2,1,2)"};

// From another stage: open symbols, another dash.
Look look_of(const Series &series) {
  const std::size_t number = static_cast<std::size_t>(series.look);
  Look look = k_looks[number % k_looks.size()];
  const std::size_t stage = number / k_looks.size();
  if (stage == 0) return look;
  if (stage % 2 == 1) --look.symbol; // of every filled symbol, the one before it is open
  look.dash = k_other_dashes[(stage - 1) % k_other_dashes.size()];
  return look;
}

// Where a dot on a category is drawn: around the left of its place; the mean stands at the right.
double spread(std::size_t i, std::size_t n) {
  return -0.12 + (n < 2 ? 0.0 : 0.3 * (static_cast<double>(i) / static_cast<double>(n - 1) - 0.5));
}

// White letters on the dark half of the colours, black on the light.
int letter_colour(const PlotAxis &colours, const Series &series, double value) {
  double least = value, most = value;
  for (const Point &point : series.points) {
    least = std::min(least, point.value);
    most = std::max(most, point.value);
  }
  return value < 0.5 * (colours.low.value_or(least) + colours.high.value_or(most)) ? 0xffffff : 0;
}

} // namespace

// In single quotes nothing but the quote itself is special.
std::string gnuplot_quoted(const std::string &text) {
  std::string out = "'";
  for (const char c : text) {
    if (c == '\'')
      out += "''";
    else
      out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  return out + "'";
}

namespace {

bool is_line(const Series &series) {
  return series.mark == Mark::lines || series.mark == Mark::curve || series.mark == Mark::reference;
}

// A value without a neighbour, to which no line leads.
bool stands_alone(const Series &series, std::size_t i) {
  const auto is_nothing = [&](std::size_t k) { return std::isnan(series.points[k].y); };
  return is_line(series) && !is_nothing(i) && (i == 0 || is_nothing(i - 1)) &&
         (i + 1 == series.points.size() || is_nothing(i + 1));
}

// Such a value; `with_interval`: that has one.
bool any_alone(const Series &series, bool with_interval) {
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    if (stands_alone(series, i) && !(with_interval && std::isnan(series.points[i].low)))
      return true;
  }
  return false;
}

// An interval as a bar. gnuplot's own error bars leave a gap around the value, which swallows a short interval whole.
std::string bars(const std::string &data, const char *where, double width,
                 const std::string &line) {
  return fmt::format("{} using 1:({}?$3:NaN):(0):($4-$3) with vectors heads size graph 0.012,90 "
                     "fixed lw {} {}",
                     data, where, width, line);
}

// Bars in place of the band, and dots on top, of such values.
std::string lone_plots(const Series &series, const std::string &data, const std::string &line) {
  if (!any_alone(series, false)) return "";
  std::string plots;
  if (series.mark == Mark::curve && any_alone(series, true))
    plots = ", \\\n  " + bars(data, "$3==$3&&$7==$7", 0.8, line);
  return plots + fmt::format(", \\\n  {} using 1:7 with points pt 7 ps {} {}", data,
                             series.mark == Mark::lines ? 0.2 : 0.4, line);
}

} // namespace

std::string data_rows(const Panel &panel, const Series &series) {
  std::map<double, std::size_t> count, seen; // dots of a category
  for (const Point &point : series.points) ++count[point.x];
  std::string text;
  for (std::size_t i = 0; i < series.points.size(); ++i) {
    const Point &point = series.points[i];
    double x = point.x;
    if (!panel.x.categories.empty() && series.mark == Mark::dots)
      x += spread(seen[point.x]++, count[point.x]);
    if (!panel.x.categories.empty() && series.mark == Mark::means && !std::isnan(point.low))
      x += 0.22;
    text += fmt::format("{:.9g} {:.9g} {:.9g} {:.9g} {:.9g} {} {:.9g}\n", x, point.y, point.low,
                        point.high, point.value,
                        panel.value ? letter_colour(*panel.value, series, point.value) : 0,
                        stands_alone(series, i) ? point.y : k_nothing);
  }
  return text;
}

std::string series_plots(const Series &series, const std::string &data, double unit) {
  const Look look = look_of(series);
  const std::string line = fmt::format("lc rgb '{}'", look.colour);
  switch (series.mark) {
  case Mark::dots:
    return fmt::format("{} using 1:2 with points pt {} ps {} {}", data, look.symbol,
                       series.points.size() > 300 ? 0.3 : 0.55, line);
  case Mark::lines: {
    const std::string pale = fmt::format("lc rgb '#a0{}'", std::string(look.colour).substr(1));
    return fmt::format("{} using 1:2 with lines lw 0.5 {}", data, pale) +
           lone_plots(series, data, pale);
  }
  case Mark::curve: {
    const bool has_band = std::any_of(series.points.begin(), series.points.end(),
                                      [](const Point &point) { return !std::isnan(point.low); });
    const std::string band =
        has_band
            ? fmt::format("{} using 1:3:4 with filledcurves fs transparent solid 0.18 {}, \\\n  ",
                          data, line)
            : "";
    return band + fmt::format("{} using 1:2 with lines lw 2 dt {} {}", data, look.dash, line) +
           lone_plots(series, data, line);
  }
  case Mark::means:
    return bars(data, "$3==$3", 1.6, "lc rgb '#000000'") +
           fmt::format(", \\\n  {0} using 1:2 with points pt {1} ps 1.15 lc rgb '#000000', \\\n  "
                       "{0} using 1:2 with points pt {1} ps 0.8 {2}",
                       data, look.symbol, line);
  case Mark::reference:
    return fmt::format("{} using 1:2 with lines lw 1.6 dt {} {}", data, look.dash, line) +
           lone_plots(series, data, line);
  case Mark::cells:
    return fmt::format(
        "{0} using 1:2:($1-0.5):($1+0.5):($2-0.5):($2+0.5):5 with boxxyerror fs solid 1 "
        "noborder fc palette, \\\n  "
        "{0} using 1:2:(sprintf('%.3g',$5)):6 with labels font ',{1}' tc rgb variable",
        data, 8 * unit);
  }
  return "";
}

std::string key_plot(const Series &series, double x, double y) {
  const Look look = look_of(series);
  if (series.mark == Mark::dots || series.mark == Mark::means)
    return fmt::format(
        "'+' every ::0::0 using ({:.1f}):({:.1f}) with points pt {} ps 0.8 lc rgb '{}'",
        x + k_sample / 2, y, look.symbol, look.colour);
  return fmt::format(
      "'+' every ::0::0 using ({:.1f}):({:.1f}):({:.1f}):(0) with vectors nohead lw 2 "
      "dt {} lc rgb '{}'",
      x, y, k_sample, series.mark == Mark::lines ? "1" : look.dash, look.colour);
}

} // namespace pursuit
