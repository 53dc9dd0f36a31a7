#include "report/figure_folder.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "report/html.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view k_begin = "<metadata>", k_end = "</metadata>\n";
constexpr std::array<const char *, 4> k_suffixes = {"svg", "png", "pdf", "csv"};

// What follows `begin` up to the next `end`; empty where there is none.
std::string between(const std::string &text, const std::string &begin, std::string_view end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t value = at + begin.size();
  return text.substr(value, text.find(end, value) - value);
}

std::string word_of(const std::string &metadata, std::string_view key) {
  return between(metadata, fmt::format("\"{}\":\"", key), "\"");
}

// "models_sha256":["..","..".
std::vector<std::string> models_of(const std::string &metadata) {
  std::vector<std::string> models;
  std::string list = between(metadata, "\"models_sha256\":[\"", "\"]");
  while (!list.empty()) {
    const std::size_t end = std::min(list.find("\",\""), list.size());
    models.push_back(list.substr(0, end));
    list.erase(0, std::min(end + 3, list.size()));
  }
  return models;
}

std::string metadata_of(const std::string &svg) {
  const std::string text = between(svg, std::string(k_begin), k_end);
  const std::string metadata = unescaped(text);
  return word_of(metadata, "format") == "pursuit-figure/1" ? metadata : "";
}

FigureStamp stamp_in(const std::string &metadata) {
  FigureStamp stamp;
  stamp.figure = word_of(metadata, "figure");
  stamp.data = word_of(metadata, "data");
  stamp.drawing_version = std::atoi(between(metadata, "\"drawing_version\":", ",").c_str());
  stamp.drawn_from = word_of(metadata, "drawn_from_sha256");
  stamp.models = models_of(metadata);
  stamp.has_letters = word_of(metadata, "letters") != "none";
  return stamp;
}

std::string metadata_text(const FigureStamp &stamp, const std::string &svg,
                          const Pictures &pictures, const std::string &csv) {
  return fmt::format(
      R"({{"format":"pursuit-figure/1","figure":"{}","data":"{}","drawing_version":{},"drawn_from_sha256":"{}",)"
      R"({}"svg_sha256":"{}","png_sha256":"{}","pdf_sha256":"{}","csv_sha256":"{}","models_sha256":["{}"]}})",
      stamp.figure, stamp.data, stamp.drawing_version, stamp.drawn_from,
      stamp.has_letters ? "" : R"("letters":"none",)", sha256_hex(svg), sha256_hex(pictures.png),
      sha256_hex(pictures.pdf), sha256_hex(csv), fmt::join(stamp.models, "\",\""));
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

} // namespace

fs::path FigureFolder::file(const std::string &name, std::string_view suffix) const {
  return folder_ / fmt::format("{}.{}", name, suffix);
}

std::optional<WholeFigure> FigureFolder::whole(const std::string &name) const {
  WholeFigure figure;
  figure.svg = bytes(name, "svg");
  const std::string metadata = metadata_of(figure.svg);
  if (metadata.empty()) return std::nullopt;
  for (const char *suffix : k_suffixes) {
    const std::string text =
        std::string_view(suffix) == "svg" ? without_metadata(figure.svg) : bytes(name, suffix);
    if (sha256_hex(text) != word_of(metadata, fmt::format("{}_sha256", suffix)))
      return std::nullopt;
  }
  figure.stamp = stamp_in(metadata);
  figure.title = unescaped(between(figure.svg, "<title>", "</title>"));
  return figure;
}

// The SVG last: it vouches for the others.
std::string FigureFolder::write(const FigureStamp &stamp, const std::string &title,
                                const Pictures &pictures, const std::string &csv) {
  const std::string bare = titled(pictures.svg, title);
  const std::string svg = with_metadata(bare, metadata_text(stamp, bare, pictures, csv));
  disk_.write_whole(output_dir_ / file(stamp.figure, "png"), pictures.png);
  disk_.write_whole(output_dir_ / file(stamp.figure, "pdf"), pictures.pdf);
  disk_.write_whole(output_dir_ / file(stamp.figure, "csv"), csv);
  disk_.write_whole(output_dir_ / file(stamp.figure, "svg"), svg);
  return svg;
}

void FigureFolder::copy(const FigureFolder &from, const std::string &name) {
  for (const char *suffix : {"png", "pdf", "csv", "svg"})
    disk_.write_whole(output_dir_ / file(name, suffix), from.bytes(name, suffix));
}

std::string FigureFolder::bytes(const std::string &name, const char *suffix) const {
  return disk_.read(output_dir_ / file(name, suffix)).value_or("");
}

std::vector<FileSum> FigureFolder::sums(const std::string &name) const {
  std::vector<FileSum> sums;
  for (const char *suffix : k_suffixes) {
    const std::optional<std::string> bytes = disk_.read(output_dir_ / file(name, suffix));
    if (bytes) sums.push_back({file(name, suffix).string(), sha256_hex(*bytes)});
  }
  return sums;
}

std::vector<std::string> FigureFolder::names() const {
  std::vector<std::string> names;
  for (const std::string &entry : disk_.list(path())) {
    if (!entry.ends_with(".svg")) continue;
    const std::string name = entry.substr(0, entry.size() - 4);
    if (stamp_in(metadata_of(bytes(name, "svg"))).figure == name) names.push_back(name);
  }
  return names;
}

bool FigureFolder::set_aside(const std::string &name) {
  bool found = false;
  for (const char *suffix : k_suffixes) {
    const std::optional<std::string> bytes = disk_.read(output_dir_ / file(name, suffix));
    if (!bytes) continue;
    found = true;
    disk_.write_whole(path() / "earlier" / fmt::format("{}.{}", name, suffix), *bytes);
    disk_.remove(output_dir_ / file(name, suffix));
  }
  return found;
}

std::string without_metadata(const std::string &svg) {
  const std::size_t begin = svg.find(k_begin);
  const std::size_t end = svg.find(k_end);
  if (begin == std::string::npos || end == std::string::npos || end < begin) return svg;
  return svg.substr(0, begin) + svg.substr(end + k_end.size());
}

} // namespace pursuit
