#include "report/figure_files.hpp"

#include <algorithm>
#include <array>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "plan/describe.hpp"
#include "report/gnuplot.hpp"
#include "report/html.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_begin = "<metadata>", k_end = "</metadata>\n";

// Everything a drawing follows from.
std::string stamp_of(const FigurePlace &place, const FigureRequest &request, const Results &results,
                     const Drawing &drawing) {
  return sha256_hex(fmt::format(
      "drawing {}\n{} {}\nevaluation {} {} {}\ndata {}\n{}\n{}", k_drawing_version, request.name,
      request.options_json, results.settings.trials, results.settings.window_ms,
      results.settings.shuffles, place.data_sha256, fmt::join(drawn_models(drawing), "\n"),
      results.left_out.empty() ? "" : drawing.note)); // it says how many
}

// What follows `"key":"` up to the next quote; empty where there is none.
std::string stamped_value(const std::string &text, std::string_view key) {
  const std::string begin = fmt::format("\"{}\":\"", key);
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t value = at + begin.size();
  return text.substr(value, text.find('"', value) - value);
}

// The picture with gnuplot's own title replaced by the figure's.
std::string titled(std::string svg, const std::string &title) {
  const std::size_t begin = svg.find("<title>");
  const std::size_t end = svg.find("</desc>\n");
  if (begin == std::string::npos || end == std::string::npos) return svg;
  return svg.replace(begin, end + 8 - begin, fmt::format("<title>{}</title>\n", html(title)));
}

std::string with_metadata(std::string svg, const std::string &metadata) {
  const std::size_t at = svg.find("</title>\n");
  if (at == std::string::npos) throw RunError("gnuplot's SVG has no title");
  return svg.insert(at + 9, std::string(k_begin) + html(metadata) + std::string(k_end));
}

std::string metadata_text(const std::string &name, const Results &results, const Drawing &drawing,
                          const std::string &stamp, const std::string &svg,
                          const Pictures &pictures, const std::string &csv) {
  return fmt::format(
      R"({{"format":"pursuit-figure/1","figure":"{}","data":"{}","drawing_version":{},"drawn_from_sha256":"{}",)"
      R"("svg_sha256":"{}","png_sha256":"{}","pdf_sha256":"{}","csv_sha256":"{}","models_sha256":["{}"]}})",
      name, results.synthetic ? "synthetic data" : "recorded data", k_drawing_version, stamp,
      sha256_hex(svg), sha256_hex(pictures.png), sha256_hex(pictures.pdf), sha256_hex(csv),
      fmt::join(drawn_models(drawing), "\",\""));
}

// The files of one figure.
class FigureFiles {
public:
  FigureFiles(const FigurePlace &place, const std::string &name)
      : place_(place), base_(std::filesystem::path(place.experiment) / "figures" / name) {}

  // The SVG, if all four files are whole and were drawn from `stamp`; else empty.
  std::string up_to_date(const std::string &stamp) const {
    const std::string svg = place_.disk.read(path("svg")).value_or("");
    const std::string metadata = unescaped(svg.substr(0, svg.find(k_end)));
    if (stamped_value(metadata, "drawn_from_sha256") != stamp) return "";
    if (stamped_value(metadata, "svg_sha256") != sha256_hex(without_metadata(svg))) return "";
    for (const char *suffix : {"png", "pdf", "csv"}) {
      const std::optional<std::string> bytes = place_.disk.read(path(suffix));
      if (!bytes || sha256_hex(*bytes) != stamped_value(metadata, fmt::format("{}_sha256", suffix)))
        return "";
    }
    return svg;
  }

  // The SVG last: it vouches for the others.
  void write(const std::string &svg, const Pictures &pictures, const std::string &csv) {
    place_.disk.write_whole(path("png"), pictures.png);
    place_.disk.write_whole(path("pdf"), pictures.pdf);
    place_.disk.write_whole(path("csv"), csv);
    place_.disk.write_whole(path("svg"), svg);
  }

  std::string bytes(const char *suffix) const {
    return place_.disk.read(path(suffix)).value_or("");
  }

  std::vector<FileSum> sums() const {
    std::vector<FileSum> sums;
    for (const char *suffix : {"svg", "png", "pdf", "csv"}) {
      const std::optional<std::string> bytes = place_.disk.read(path(suffix));
      if (bytes) sums.push_back({fmt::format("{}.{}", base_.string(), suffix), sha256_hex(*bytes)});
    }
    return sums;
  }

private:
  std::filesystem::path path(const char *suffix) const {
    return place_.output_dir / fmt::format("{}.{}", base_.string(), suffix);
  }

  const FigurePlace &place_;
  std::filesystem::path base_;
};

void draw_files(const FigurePlace &place, const FigureRequest &request, const Results &results,
                const Drawing &drawing, DrawnFigure &figure) {
  const std::string stamp = stamp_of(place, request, results, drawing);
  FigureFiles files(place, figure.entry.name);
  figure.svg = files.up_to_date(stamp);
  if (figure.svg.empty()) {
    const Pictures pictures = draw(drawing);
    const std::string csv = drawing_csv(drawing, stamp);
    const std::string svg = titled(pictures.svg, drawing.title);
    figure.svg = with_metadata(
        svg, metadata_text(figure.entry.name, results, drawing, stamp, svg, pictures, csv));
    files.write(figure.svg, pictures, csv);
    figure.redrawn = true;
  }
  constexpr std::size_t k_largest_in_page = 2'000'000;
  if (figure.svg.size() > k_largest_in_page) figure.png = files.bytes("png");
  figure.entry.files = files.sums();
  figure.entry.models = drawn_models(drawing);
}

// What is left out by the figure's options; nothing where nothing is.
std::string selection_text(const FigureOptions &options) {
  std::string text;
  if (!options.stage.empty()) text += fmt::format(" Only stage {}.", options.stage);
  if (options.where_match)
    text += fmt::format(" Only networks with {}.", match_text(*options.where_match));
  return text;
}

DrawnFigure draw_figure(const FigurePlace &place, const FigureRequest &request,
                        const std::string &name, const Results &results) {
  DrawnFigure figure;
  figure.entry.name = name;
  const auto known = std::find_if(figures().begin(), figures().end(),
                                  [&](const Figure &one) { return one.name == request.name; });
  if (known == figures().end()) throw InternalError("a figure that nobody draws: " + request.name);
  try {
    Drawing drawing = known->draw(results, request.options);
    drawing.name = name;
    drawing.note += selection_text(request.options);
    figure.title = drawing.title;
    figure.caption = drawing.caption;
    figure.note = drawing.note;
    figure.entry.skipped_because = drawing.skipped_because;
    if (drawing.skipped_because.empty()) draw_files(place, request, results, drawing, figure);
  } catch (const RunError &error) {
    figure.error = figure.entry.skipped_because = error.what();
  }
  return figure;
}

} // namespace

std::string without_metadata(const std::string &svg) {
  const std::size_t begin = svg.find(k_begin);
  const std::size_t end = svg.find(k_end);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return svg;
  return svg.substr(0, begin) + svg.substr(end + k_end.size());
}

std::vector<DrawnFigure> draw_figures(const FigurePlace &place,
                                      const std::vector<FigureRequest> &requests,
                                      const Results &results) {
  std::map<std::string, int> times;
  std::vector<DrawnFigure> drawn;
  for (const FigureRequest &request : requests) {
    const int time = ++times[request.name];
    drawn.push_back(draw_figure(place, request,
                                time == 1 ? request.name : fmt::format("{}_{}", request.name, time),
                                results));
  }
  return drawn;
}

} // namespace pursuit
