// Layout, in pixels from the top: title, rows of panels, key, note. Panels are placed by their frames, so that labels of
// any length cannot move them; what labels need is set aside here.
#include <algorithm>
#include <cmath>

#include <fmt/format.h>

#include "report/gnuplot.hpp"
#include "report/gnuplot_marks.hpp"

namespace pursuit {

namespace {

constexpr double k_left = 104, k_right = 26, k_above = 38, k_below = 50; // around a panel's frame
constexpr double k_title = 26, k_key_row = 20, k_key_gap = 8, k_line = 15;
constexpr double k_letter = 6.6; // mean width of a letter of the 11 px font
constexpr double k_sine = 0.42,
                 k_cosine = 0.91; // of the 25 degrees by which long names stand aslant

// The first bytes of a word, at most `letters`, never half a letter of UTF-8.
std::size_t first_part(const std::string &word, std::size_t letters) {
  if (word.size() <= letters) return word.size();
  std::size_t end = letters;
  while (end > 1 && (static_cast<unsigned char>(word[end]) & 0xc0U) == 0x80U) --end;
  return end;
}

// Words in lines of at most `letters`; a longer word in parts.
std::vector<std::string> wrapped(const std::string &text, std::size_t letters) {
  std::vector<std::string> lines(1);
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find(' ', begin), text.size());
    std::string word = text.substr(begin, end - begin);
    if (!lines.back().empty() && lines.back().size() + 1 + word.size() > letters)
      lines.emplace_back();
    while (word.size() > letters) {
      const std::size_t part = first_part(word, letters);
      lines.back() += word.substr(0, part);
      lines.emplace_back();
      word.erase(0, part);
    }
    lines.back() += (lines.back().empty() ? "" : " ") + word;
    begin = end + 1;
  }
  return lines;
}

std::size_t longest_of(const std::vector<std::string> &names) {
  std::size_t longest = 0;
  for (const std::string &name : names) longest = std::max(longest, name.size());
  return longest;
}

// One text of several lines.
std::string quoted_lines(const std::vector<std::string> &lines) {
  std::string text;
  for (const std::string &line : lines)
    text += (text.empty() ? "" : ".\"\\n\".") + gnuplot_quoted(line);
  return text;
}

// gnuplot fails on data without any value.
bool draws_something(const Series &series) {
  return std::any_of(series.points.begin(), series.points.end(),
                     [](const Point &point) { return std::isfinite(point.y); });
}

struct KeyEntry {
  std::string group, text;
  const Series *series = nullptr;
};

// What text of this many letters takes, aslant: to the left of its tick, and below the frame.
double aslant_left(std::size_t letters) {
  return k_cosine * k_letter * static_cast<double>(letters);
}
double aslant_below(std::size_t letters) {
  return 20 + k_sine * k_letter * static_cast<double>(letters);
}

// Each group once, what to compare with last.
std::vector<KeyEntry> key_entries(const Drawing &drawing) {
  std::vector<KeyEntry> entries;
  for (const Panel &panel : drawing.panels) {
    for (const Series &series : panel.series) {
      const bool known = std::any_of(entries.begin(), entries.end(), [&](const KeyEntry &entry) {
        return entry.group == series.group;
      });
      if (series.in_key && !known && draws_something(series))
        entries.push_back(
            {series.group, series.label.empty() ? series.group : series.label, &series});
    }
  }
  std::stable_partition(entries.begin(), entries.end(), [](const KeyEntry &entry) {
    return entry.series->mark != Mark::reference;
  });
  return entries;
}

// The whole script of one drawing.
class Script {
public:
  explicit Script(const Drawing &drawing) : drawing_(drawing), key_(key_entries(drawing)) {
    columns_ = std::clamp(drawing.columns, 1, static_cast<int>(drawing.panels.size()));
    rows_ = (static_cast<int>(drawing.panels.size()) + columns_ - 1) / columns_;
    for (const Panel &panel : drawing.panels) make_room(panel);
    key_width_ = 68 + k_letter * static_cast<double>(longest_key());
    width_ = std::max({columns_ * column_width(), 420.0, key_width_ + 20});
    const std::size_t letters = static_cast<std::size_t>(width_ / (0.8 * k_letter)) - 3;
    note_ = wrapped(drawing.note, letters);
    title_ = wrapped(drawing.title, static_cast<std::size_t>(width_ / (1.2 * k_letter)) - 3);
    lay_out_key();
    above_ = k_title + k_line * static_cast<double>(title_.size() - 1);
    const double key_gap = key_.empty() ? 0 : k_key_gap;
    height_ = above_ + rows_ * row_height() + key_gap + key_height_ + 8 +
              k_line * static_cast<double>(note_.size());
  }

  std::string text() {
    write_data();
    write_output("svg", 1,
                 fmt::format("svg size {:.0f},{:.0f} dynamic font 'DejaVu Sans,11' noenhanced "
                             "background '#ffffff'",
                             width_, height_));
    // Twice the pixels. cairo's terminals take a point of the font as 1/72 inch of 96 pixels.
    write_output("png", 0.75,
                 fmt::format("pngcairo size {:.0f},{:.0f} font 'DejaVu Sans,8.25' fontscale 2 "
                             "linewidth 2 pointscale 2.6 noenhanced background '#ffffff'",
                             2 * width_, 2 * height_));
    // A pixel is 1/96 inch of its page, on which the terminal draws letters 96/72 times too large, and half a point wide what
    // is a pixel wide elsewhere.
    write_output(
        "pdf", 0.75,
        fmt::format("pdfcairo size {:.3f}in,{:.3f}in font 'DejaVu Sans,8.25' fontscale 0.75 "
                    "linewidth 1.5 pointscale 1 noenhanced background '#ffffff'",
                    width_ / 96, height_ / 96));
    return std::move(text_);
  }

private:
  template <class... Values> void add(fmt::format_string<Values...> format, Values &&...values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }

  double column_width() const { return drawing_.panel_width + left_ + k_right + colour_bar(); }
  double row_height() const { return drawing_.panel_height + top_ + below_; }
  // Room for the scale of cells and its name.
  double colour_bar() const {
    const Panel &panel = drawing_.panels.at(0);
    return panel.value ? 86 + k_line * static_cast<double>(scale_lines(*panel.value).size() - 1)
                       : 0;
  }

  // The scale's name stands upright beside the frame.
  std::vector<std::string> scale_lines(const PlotAxis &value) const {
    return wrapped(value.label, static_cast<std::size_t>(drawing_.panel_height / k_letter));
  }

  // A panel's title stands over the middle of its frame.
  std::vector<std::string> title_lines(const Panel &panel) const {
    return wrapped(panel.title,
                   static_cast<std::size_t>((drawing_.panel_width + 2 * k_right) / k_letter));
  }

  // Around every frame, so much that the panel's title and the names of its categories fit.
  void make_room(const Panel &panel) {
    top_ = std::max(top_, k_above + k_line * static_cast<double>(title_lines(panel).size() - 1));
    left_ = std::max(left_, 60 + k_letter * static_cast<double>(longest_of(panel.y.categories)));
    if (!is_aslant(panel)) return;
    double tick = 0.55 * category_width(panel);
    for (const std::string &category : panel.x.categories) {
      left_ = std::max(left_, aslant_left(category.size()) - tick);
      tick += category_width(panel);
    }
    below_ = std::max(below_, below_names(panel) + (panel.x.label.empty() ? 0 : k_line + 8));
  }

  // How far the aslant names of a panel reach below its frame.
  static double below_names(const Panel &panel) {
    return aslant_below(longest_of(panel.x.categories));
  }

  double category_width(const Panel &panel) const {
    return drawing_.panel_width /
           static_cast<double>(std::max<std::size_t>(1, panel.x.categories.size()));
  }

  // Long names of categories stand aslant.
  bool is_aslant(const Panel &panel) const {
    return k_letter * static_cast<double>(longest_of(panel.x.categories)) > category_width(panel);
  }

  std::size_t longest_key() const {
    std::size_t longest = 0;
    for (const KeyEntry &entry : key_) longest = std::max(longest, entry.text.size());
    return longest;
  }

  // As many columns as fit, of the width of the longest entry.
  void lay_out_key() {
    key_columns_ = std::clamp(static_cast<int>((width_ - 20) / key_width_), 1,
                              std::max(1, static_cast<int>(key_.size())));
    const int rows = (static_cast<int>(key_.size()) + key_columns_ - 1) / key_columns_;
    key_height_ = k_key_row * rows;
  }

  void write_data() {
    int block = 0;
    for (const Panel &panel : drawing_.panels) {
      for (const Series &series : panel.series)
        add("$d{} << end_of_data\n{}end_of_data\n", block++, data_rows(panel, series));
    }
  }

  // `unit`: a pixel in the terminal's unit of font size (svg: pixels, cairo: points of 1/72 inch).
  void write_output(const char *suffix, double unit, const std::string &terminal) {
    add("reset\nset terminal {}\nset output 'picture.{}'\nset multiplot\n", terminal, suffix);
    text_ += "set encoding utf8\nset tics front nomirror out scale 0.6\nset border 3 lw 0.8\n"
             "set style fill solid 1 noborder\nunset key\nset format x '%h'\n"
             "set palette defined (0 '#00204d', 1 '#31446b', 2 '#666970', 3 '#958f78', 4 "
             "'#cbba69', 5 '#ffea46')\n";
    int block = 0;
    for (std::size_t i = 0; i < drawing_.panels.size(); ++i) {
      if (i == 0) write_words(unit);
      write_panel(drawing_.panels[i], static_cast<int>(i), block, unit);
      if (i == 0) text_ += "unset label\n";
    }
    write_key();
    text_ += "unset multiplot\nunset output\n";
  }

  // Title and note, labels of the first panel.
  void write_words(double unit) {
    int label = 1;
    for (std::size_t i = 0; i < title_.size(); ++i)
      add("set label {} {} at screen {:.5f},{:.5f} left font ',{}'\n", label++,
          gnuplot_quoted(title_[i]), 10 / width_,
          1 - (18 + k_line * static_cast<double>(i)) / height_, 13 * unit);
    for (std::size_t i = 0; i < note_.size(); ++i)
      add("set label {} {} at screen {:.5f},{:.5f} left font ',{}' textcolor '#444444'\n", label++,
          gnuplot_quoted(note_[i]), 10 / width_,
          (10 + k_line * static_cast<double>(note_.size() - 1 - i)) / height_, 9.5 * unit);
  }

  // `has_values`: gnuplot finds a range that is not given; without any value it would fail.
  void write_axis(const char *name, const PlotAxis &axis, bool has_values) {
    add("set {}label {}\n", name, gnuplot_quoted(axis.label));
    if (axis.categories.empty()) {
      const bool found = has_values || (axis.low && axis.high);
      add("set {}range [{}:{}]\n", name, range_end(axis.low, found, "0"),
          range_end(axis.high, found, "1"));
      add("set {}tics {}\n", name, axis.tick > 0 ? fmt::format("{:.9g}", axis.tick) : "autofreq");
      return;
    }
    add("set {}range [-0.55:{:.9g}]\nset {}tics (", name,
        static_cast<double>(axis.categories.size()) - 0.45, name);
    for (std::size_t i = 0; i < axis.categories.size(); ++i)
      add("{}{} {}", i == 0 ? "" : ", ", gnuplot_quoted(axis.categories[i]), i);
    text_ += ")\n";
  }

  static std::string range_end(std::optional<double> given, bool found, const char *else_this) {
    return !found ? else_this : given ? fmt::format("{:.9g}", *given) : "*";
  }

  void write_panel(const Panel &panel, int i, int &block, double unit) {
    const int row = i / columns_, column = i % columns_;
    const double left = column * column_width() + left_;
    const double top = above_ + row * row_height() + top_;
    add("set lmargin at screen {:.5f}\nset rmargin at screen {:.5f}\n", left / width_,
        (left + drawing_.panel_width) / width_);
    add("set tmargin at screen {:.5f}\nset bmargin at screen {:.5f}\n", 1 - top / height_,
        1 - (top + drawing_.panel_height) / height_);
    add("set title {} offset 0,-0.5\n", quoted_lines(title_lines(panel)));
    const bool has_values = std::any_of(panel.series.begin(), panel.series.end(), draws_something);
    write_axis("x", panel.x, has_values);
    write_axis("y", panel.y, has_values);
    if (!has_values)
      add("set label 1000 'no network has a value here' at graph 0.5,0.5 center font ',{}' "
          "textcolor '#444444'\n",
          9.5 * unit);
    add("set xtics {}\n", is_aslant(panel) ? "rotate by 25 right" : "norotate center");
    // gnuplot would put it among the aslant names.
    if (is_aslant(panel) && !panel.x.label.empty())
      add("unset xlabel\nset label 1001 {} at screen {:.5f},{:.5f} center\n",
          gnuplot_quoted(panel.x.label), (left + 0.5 * drawing_.panel_width) / width_,
          1 - (top + drawing_.panel_height + below_names(panel) + 8) / height_);
    text_ += "unset arrow\nunset colorbox\n";
    for (const double y : panel.horizontal)
      add("set arrow from graph 0, first {0:.9g} to graph 1, first {0:.9g} nohead back lw 0.7 lc "
          "rgb "
          "'#bbbbbb'\n",
          y);
    for (const double x : panel.vertical)
      add("set arrow from first {0:.9g}, graph 0 to first {0:.9g}, graph 1 nohead back lw 0.7 lc "
          "rgb "
          "'#bbbbbb'\n",
          x);
    if (panel.value) {
      add("set cblabel {} offset 1,0\nset colorbox\nset cbrange [{}:{}]\n",
          quoted_lines(scale_lines(*panel.value)),
          panel.value->low ? fmt::format("{:.9g}", *panel.value->low) : "*",
          panel.value->high ? fmt::format("{:.9g}", *panel.value->high) : "*");
    }
    std::string plots = panel.diagonal ? "x with lines lw 0.7 lc rgb '#bbbbbb'" : "";
    // Bands and single networks lie below, means on top.
    const int first_block = block;
    block += static_cast<int>(panel.series.size());
    for (const bool on_top : {false, true}) {
      for (std::size_t s = 0; s < panel.series.size(); ++s) {
        const Mark mark = panel.series[s].mark;
        const bool above = mark == Mark::curve || mark == Mark::means || mark == Mark::reference;
        if (above != on_top || !draws_something(panel.series[s])) continue;
        const std::string plot = series_plots(
            panel.series[s], fmt::format("$d{}", first_block + static_cast<int>(s)), unit);
        plots += (plots.empty() ? "" : ", \\\n  ") + plot;
      }
    }
    add("plot {}\n", plots.empty() ? "NaN" : plots);
    if (!has_values) text_ += "unset label 1000\n";
    if (is_aslant(panel) && !panel.x.label.empty()) text_ += "unset label 1001\n";
  }

  // A panel of its own at the bottom, in which every entry is a symbol or a line and a text.
  void write_key() {
    if (key_.empty()) return;
    const double bottom = (8 + k_line * static_cast<double>(note_.size())) / height_;
    add("unset title\nunset xlabel\nunset ylabel\nunset xtics\nunset ytics\nunset border\nunset "
        "arrow\n"
        "unset colorbox\nset lmargin at screen 0\nset rmargin at screen 1\nset bmargin at screen "
        "{:.5f}\n"
        "set tmargin at screen {:.5f}\nset xrange [0:{:.0f}]\nset yrange [0:{:.0f}]\n",
        bottom, bottom + key_height_ / height_, width_, key_height_);
    const double left = 0.5 * (width_ - key_width_ * key_columns_) + 8;
    std::string plots;
    for (std::size_t i = 0; i < key_.size(); ++i) {
      const int row = static_cast<int>(i) / key_columns_,
                column = static_cast<int>(i) % key_columns_;
      const double x = left + key_width_ * column;
      const double y = key_height_ - k_key_row * (row + 0.5);
      add("set label {} {} at {:.1f},{:.1f} left\n", i + 1, gnuplot_quoted(key_[i].text), x + 52,
          y);
      plots += (plots.empty() ? "" : ", \\\n  ") + key_plot(*key_[i].series, x, y);
    }
    add("plot {}\n", plots);
  }

  const Drawing &drawing_;
  std::vector<KeyEntry> key_;
  std::vector<std::string> title_, note_;
  int columns_ = 1, rows_ = 1, key_columns_ = 1;
  double width_ = 0, height_ = 0, above_ = 0, key_width_ = 0, key_height_ = 0;
  double left_ = k_left, top_ = k_above, below_ = k_below; // around a panel's frame
  std::string text_;
};

} // namespace

std::string gnuplot_script(const Drawing &drawing) { return Script(drawing).text(); }

} // namespace pursuit
