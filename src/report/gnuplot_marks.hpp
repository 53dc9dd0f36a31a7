// How series look: pieces of a gnuplot script. Only for gnuplot_script.cpp.
#pragma once

#include <string>

#include "report/drawing.hpp"

namespace pursuit {

// A text as gnuplot reads it.
std::string gnuplot_quoted(const std::string &text);

// Rows "x y low high value colour" of a data block; x with what dots of a category are moved aside.
std::string data_rows(const Panel &panel, const Series &series);

// What to plot of the data block `data`, for one series. `unit`: a pixel in the terminal's unit of font size.
std::string series_plots(const Series &series, const std::string &data, double unit);

// Symbol or line of a key's entry whose left end is at (x, y).
std::string key_plot(const Series &series, double x, double y);

} // namespace pursuit
