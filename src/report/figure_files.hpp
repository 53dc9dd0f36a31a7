// The figures of an experiment as files, leaves of its graph.
//
// What a figure was drawn from is stamped into it: the SHA-256 of drawing version, figure, options, evaluation, data and
// every model drawn, as `drawn_from_sha256` in the SVG's metadata and in each row of the CSV. The metadata also names each
// model and the sums of the four files, so that a figure that is whole and up to date is known without the manifest, and
// is not drawn again; and one that answers the same question, of models that are not here, is known as that, and kept.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "report/figure_folder.hpp"
#include "report/figures.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct DrawnFigure {
  ManifestFigure entry;
  std::string title, caption, note;
  std::string svg;      // empty where nothing is shown
  std::string png;      // only where the SVG is too large to stand in a page
  bool redrawn = false; // false: it was up to date, or is kept
  std::string
      kept_because; // not empty: it is the one of `entry.drawn`, and could not be drawn anew
  std::string
      error; // it should have been drawn: gnuplot or the disk failed, or a model is not there
  std::vector<std::string> notices; // for the user; each once, at the figure where it was found
};

struct FigurePlace {
  Disk &disk;
  std::filesystem::path output_dir;
  std::string experiment; // its name
  std::string data_sha256;
  std::vector<ManifestFigure> before = {}; // as the manifest has them
  std::string now = "";                    // RFC 3339
  // Not empty: figures and all are written to this folder instead; what is whole in the experiment's own is copied there.
  std::filesystem::path into = {};
  // Told as it happens: that something is drawn or set aside; what went wrong with files that are no figure's any more.
  std::function<void(const std::string &)> progress = [](const std::string &) {},
                                           warning = [](const std::string &) {};

  FigureFolder own() const { return {disk, output_dir, experiment}; }
  FigureFolder target() const { return into.empty() ? own() : FigureFolder{disk, into, ""}; }
};

// Every figure asked for, in order. Of several with the same name, the second is called <figure>_2. What lies there of
// figures that are none of these goes to figures/earlier/.
std::vector<DrawnFigure> draw_figures(const FigurePlace &place,
                                      const std::vector<FigureRequest> &requests,
                                      const Results &results);

// The same without drawing: those are kept that are whole and answer the question asked now, of networks that are among the
// results, whether their files are there or not.
std::vector<DrawnFigure> keep_figures(const FigurePlace &place,
                                      const std::vector<FigureRequest> &requests,
                                      const Results &results, const std::string &because);

} // namespace pursuit
