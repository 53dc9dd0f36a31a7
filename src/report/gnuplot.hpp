// Drawings as pictures, by gnuplot (gnuplot-nox): the only place that knows it.
#pragma once

#include <string>

#include "report/drawing.hpp"

namespace pursuit {

struct Pictures {
  std::string svg, png, pdf; // the files' bytes
};

// The same bytes for the same drawing on one machine: the PDF's creation date is overwritten. Throws RunError in gnuplot's words, or if there is no gnuplot.
Pictures draw(const Drawing &drawing);

// The script: data, then the panels once for each of the three formats, written to picture.svg, .png and .pdf.
std::string gnuplot_script(const Drawing &drawing);

} // namespace pursuit
