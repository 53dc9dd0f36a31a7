// Figures as files: <output_dir>/<name>/figures/<figure>.{svg,png,pdf,csv}, leaves of the experiment's graph.
//
// What a figure was drawn from is stamped into it: the SHA-256 of drawing version, figure, options, evaluation, data and
// every model drawn, as `drawn_from_sha256` in the SVG's metadata and in each row of the CSV. The metadata also names each
// model and the sums of the four files, so that a figure that is whole and up to date is known without the manifest, and
// is not drawn again.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "report/figures.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct DrawnFigure {
  ManifestFigure entry;
  std::string title, caption, note;
  std::string svg;      // empty where nothing was drawn
  std::string png;      // only where the SVG is too large to stand in a page
  bool redrawn = false; // false: it was up to date
  std::string error;    // it should have been drawn: gnuplot or the disk failed
};

struct FigurePlace {
  Disk &disk;
  std::filesystem::path output_dir;
  std::string experiment; // its name
  std::string data_sha256;
};

// Every figure asked for, in order. Of several with the same name, the second is called <figure>_2.
std::vector<DrawnFigure> draw_figures(const FigurePlace &place,
                                      const std::vector<FigureRequest> &requests,
                                      const Results &results);

// The SVG as gnuplot drew it, without what was stamped in.
std::string without_metadata(const std::string &svg);

} // namespace pursuit
