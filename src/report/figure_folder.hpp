// A figure's four files on the disk: <output_dir>/<name>/figures/<figure>.{svg,png,pdf,csv}.
//
// The SVG's <metadata> is one line of JSON, "format" "pursuit-figure/1": figure, data, drawing_version, drawn_from_sha256
// (report/figure_files.hpp), the SHA-256 of the SVG without its metadata and of the three others, models_sha256 of each
// model drawn, and "letters":"none" where no font was found.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/disk.hpp"
#include "report/gnuplot.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// What a figure says of itself.
struct FigureStamp {
  std::string figure, data; // its name; "synthetic data"
  int drawing_version = 0;
  std::string drawn_from; // SHA-256 of all it follows from
  std::vector<std::string> models;
  bool has_letters = true;
};

// A figure whose four files are there as they were written.
struct WholeFigure {
  FigureStamp stamp;
  std::string svg, title;
};

class FigureFolder {
public:
  // `experiment`: its name; empty: <output_dir>/figures. `disk` must outlive it.
  FigureFolder(Disk &disk, std::filesystem::path output_dir, const std::string &experiment)
      : disk_(disk), output_dir_(std::move(output_dir)),
        folder_(std::filesystem::path(experiment) / "figures") {}

  std::optional<WholeFigure> whole(const std::string &name) const;
  // Titles and stamps the SVG, and writes the four files; returns the SVG.
  std::string write(const FigureStamp &stamp, const std::string &title, const Pictures &pictures,
                    const std::string &csv);
  // The four files as they are in another folder.
  void copy(const FigureFolder &from, const std::string &name);
  std::string bytes(const std::string &name, const char *suffix) const;
  // Paths relative to output_dir.
  std::vector<FileSum> sums(const std::string &name) const;
  // Names of the figures that lie there: an SVG with our metadata.
  std::vector<std::string> names() const;
  // Moves a figure's files to figures/earlier/, where nobody takes them for what is drawn now. False: there were none.
  bool set_aside(const std::string &name);

  std::filesystem::path path() const { return output_dir_ / folder_; }

private:
  std::filesystem::path file(const std::string &name, std::string_view suffix) const;

  Disk &disk_;
  std::filesystem::path output_dir_, folder_; // the second relative to the first
};

// The SVG as gnuplot drew it, without what was stamped in.
std::string without_metadata(const std::string &svg);

} // namespace pursuit
