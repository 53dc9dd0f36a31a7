// A figure as plain values: panels of series, everything in the units of its axes. Two functions take it: gnuplot draws
// it, and drawing_csv writes exactly its numbers, so that picture and table cannot differ.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace pursuit {

inline constexpr double k_nothing = std::numeric_limits<double>::quiet_NaN(); // draws nothing

struct PlotAxis {
  std::string label;                         // with its unit: "bias toward the prior (degrees)"
  std::string column;                        // in the CSV: "bias", "time_ms"
  std::optional<double> low = {}, high = {}; // else what the data needs
  double tick = 0;                           // 0: gnuplot's choice
  std::vector<std::string> categories =
      {}; // not empty: position i is the i-th, and the CSV has its name
  std::vector<std::string> category_names = {}; // in the CSV, where it calls them otherwise
};

// Of one network; of a mean or a fit: network -1. `low` and `high`: 95% interval. `value`: the colour of a
// cell, or what Drawing::value_column says.
struct Point {
  double x = 0, y = 0;
  double low = k_nothing, high = k_nothing;
  int network = -1; // index into Drawing::networks
  double value = k_nothing;
};

enum class Mark {
  dots,      // a network, a unit: one small symbol each; on categories spread side by side
  lines,     // one network's curve
  curve,     // a mean: thick line, with a band from low to high where there is an interval
  means,     // a mean: large symbol with a bar from low to high, beside the dots
  reference, // something to compare with: dashed black line
  cells,     // a map: the cell's colour and number
};

struct Series {
  std::string group;     // in the CSV
  std::string label;     // in the key; empty: the group
  std::string statistic; // what a point is: "network", "mean of networks", "unit", "behaviour", ...
  Mark mark = Mark::dots;
  int look = 0; // colour, symbol and dash: see look_of_kind; the same in every figure
  bool in_key = false;
  std::vector<Point> points;
  std::vector<std::pair<std::string, std::string>> factors =
      {}; // in the CSV instead of the panel's, of points that are no network's
};

struct Panel {
  std::string title;
  std::vector<std::pair<std::string, std::string>> factors; // (column, value): contrast = low
  PlotAxis x, y;
  std::optional<PlotAxis> value; // of cells
  std::vector<Series> series;
  std::vector<double> horizontal, vertical; // thin grey lines to read by
  bool diagonal = false;                    // y = x
};

struct DrawnNetwork {
  std::string run_id, model_sha256, kind; // kind: stage1, threshold, ...
  std::uint64_t seed = 0;
  std::vector<std::pair<std::string, std::string>> factors =
      {}; // its own settings, in the CSV instead of the panel's
};

struct Drawing {
  std::string name, title;
  std::string caption;         // what is shown, for the report
  std::string note;            // under the picture: n and the kind of data
  std::string skipped_because; // not empty: nothing can be drawn, and why
  std::string group_column = "model";
  std::string
      value_column; // not empty: Point::value is not drawn, and this column of the CSV has it
  int columns = 2;  // of panels
  double panel_width = 320, panel_height = 240; // pixels, frame to frame
  std::vector<Panel> panels;
  std::vector<DrawnNetwork> networks;
  bool lacks_behavior = false; // it belongs beside the networks, and is not at hand
};

// The look of a kind of model in every figure: 0 behaviour, 1 stage1, 2 input_gain, 3 threshold, 4 response_gain, 5
// prior_input; 6 and 7 for others; from 8 on sets of parameters. Models of that kind from another stage: the same colour, plus k_another_stage for each.
inline constexpr int k_first_look_of_set = 8;
inline constexpr int k_another_stage = 12;
int look_of_kind(const std::string &kind);

// Gives all panels the same range of an axis, which includes 0, so that they compare at sight.
void share_range(Drawing &drawing, PlotAxis Panel::*axis);

// SHA-256 of each model drawn, sorted, each once.
std::vector<std::string> drawn_models(const Drawing &drawing);

// RFC 4180, a row for every point (one, where it stands in several panels), loads in pandas, R and MATLAB without options. Columns: the panels' factors, the
// group, statistic, seed, run_id, x, y, value (cells), ci95_low, ci95_high, model_sha256 (of a network's own point),
// drawn_from_sha256 (of `stamp`, the same in every row). Empty where there is nothing.
std::string drawing_csv(const Drawing &drawing, const std::string &stamp);

// A field of a CSV file: quoted where it must be.
std::string csv_field(const std::string &text);

} // namespace pursuit
