#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/describe.hpp"
#include "report/html.hpp"
#include "report/report.hpp"

namespace pursuit {

namespace {

constexpr double k_box_width = 250, k_gap = 110, k_line = 17, k_between = 22;
constexpr std::size_t k_letters = 34, k_bold_letters = 25; // that fit into a box

// A stage, or the outside models that one extends.
struct Box {
  std::vector<std::string> lines;
  int column = 0;
  double y = 0;
  double height() const { return k_line * static_cast<double>(lines.size()) + 14; }
};

struct Picture {
  std::vector<Box> boxes;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> arrows; // from, to: number of runs
};

// Numbers by their size, then words by the alphabet.
std::pair<double, std::string> sort_key(const std::string &text) {
  char *end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  return {*end == '\0' ? value : std::numeric_limits<double>::infinity(), text};
}

// "N = 100, 250"; of many: "seed: 20 values"; of long ones, a line for each.
std::vector<std::string> values_lines(const std::string &key, std::vector<std::string> values) {
  constexpr std::size_t k_most = 3;
  if (values.size() > k_most) return {fmt::format("{}: {} values", key, values.size())};
  std::sort(values.begin(), values.end(),
            [](const std::string &a, const std::string &b) { return sort_key(a) < sort_key(b); });
  const std::string line = fmt::format("{} = {}", key, fmt::join(values, ", "));
  if (line.size() <= k_letters) return {line};
  std::vector<std::string> lines;
  for (std::size_t i = 0; i < values.size(); ++i)
    lines.push_back((i == 0 ? key + " = " : "") + values[i] + (i + 1 < values.size() ? "," : ""));
  return lines;
}

// Name, number of runs, and what differs among them.
std::vector<std::string> stage_lines(const std::string &stage,
                                     const std::vector<const ManifestRun *> &runs) {
  std::vector<std::string> keys;
  std::map<std::string, std::vector<std::string>> values;
  std::ptrdiff_t done = 0;
  for (const ManifestRun *run : runs) {
    done += run->state == RunState::done ? 1 : 0;
    for (const auto &[key, text] : run_parameters(run->spec)) {
      if (values[key].empty()) keys.push_back(key);
      if (std::find(values[key].begin(), values[key].end(), text) == values[key].end())
        values[key].push_back(text);
    }
  }
  std::vector<std::string> lines = {stage, fmt::format("{} of {} runs done", done, runs.size())};
  const std::set<std::string> always = {"N", "tau", "seed", "activation", "n_trials"};
  for (const std::string &key : keys) {
    if (values[key].size() > 1 || always.count(key) != 0) {
      for (std::string &line : values_lines(key, values[key])) lines.push_back(std::move(line));
    }
  }
  return lines;
}

Picture picture_of(const std::vector<ManifestRun> &runs) {
  std::vector<std::string> stages;
  std::map<std::string, std::vector<const ManifestRun *>> of_stage;
  std::map<std::string, std::string> stage_of_run;
  std::map<std::string, std::set<std::string>> files;
  for (const ManifestRun &run : runs) {
    if (of_stage[run.stage].empty()) stages.push_back(run.stage);
    of_stage[run.stage].push_back(&run);
    stage_of_run[run.id] = run.stage;
    if (!run.spec.parent_file.sha256.empty()) files[run.stage].insert(run.spec.parent_file.sha256);
  }
  Picture plan;
  std::map<std::string, std::size_t> box_of;
  for (const std::string &stage : stages) {
    box_of[stage] = plan.boxes.size();
    const bool second = of_stage[stage].front()->spec.stage == 2;
    plan.boxes.push_back({stage_lines(stage, of_stage[stage]), second ? 1 : 0});
  }
  for (const ManifestRun &run : runs) {
    const auto parent = stage_of_run.find(run.spec.parent_id);
    if (parent != stage_of_run.end()) ++plan.arrows[{box_of[parent->second], box_of[run.stage]}];
  }
  for (const auto &[stage, sums] : files) {
    plan.arrows[{plan.boxes.size(), box_of[stage]}] = of_stage[stage].size();
    plan.boxes.push_back({{"models made elsewhere",
                           fmt::format("{} file{}", sums.size(), sums.size() == 1 ? "" : "s")},
                          0});
  }
  return plan;
}

std::string box_svg(const Box &box) {
  const double x = 10 + box.column * (k_box_width + k_gap);
  std::string text =
      fmt::format("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"5\" fill=\"none\" "
                  "stroke=\"currentColor\"/>\n",
                  x, box.y, k_box_width, box.height());
  for (std::size_t i = 0; i < box.lines.size(); ++i) {
    const std::string &line = box.lines[i];
    const std::size_t letters = i == 0 ? k_bold_letters : k_letters;
    const std::string shown = line.size() > letters ? line.substr(0, letters - 1) + "..." : line;
    text +=
        fmt::format("<text x=\"{}\" y=\"{}\" font-weight=\"{}\">{}</text>\n", x + 10,
                    box.y + 20 + k_line * static_cast<double>(i), i == 0 ? 700 : 400, html(shown));
  }
  return text;
}

std::string arrow_svg(const Box &from, const Box &to, std::size_t count) {
  const double x1 = 10 + from.column * (k_box_width + k_gap) + k_box_width;
  const double x2 = 10 + to.column * (k_box_width + k_gap);
  const double y1 = from.y + 0.5 * from.height(), y2 = to.y + 0.5 * to.height();
  return fmt::format("<path d=\"M{} {} L{} {}\" stroke=\"currentColor\" fill=\"none\" "
                     "marker-end=\"url(#plan-arrow)\"/>\n"
                     "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                     x1, y1, x2 - 8, y2, 0.5 * (x1 + x2), 0.5 * (y1 + y2) - 7, count);
}

} // namespace

std::string plan_svg(const std::vector<ManifestRun> &runs) {
  Picture plan = picture_of(runs);
  double bottom[2] = {10, 10};
  for (Box &box : plan.boxes) {
    box.y = bottom[box.column];
    bottom[box.column] += box.height() + k_between;
  }
  const double width = bottom[1] > 10 ? 2 * k_box_width + k_gap + 20 : k_box_width + 20;
  std::string svg =
      fmt::format("<svg viewBox=\"0 0 {0} {1}\" width=\"{0}\" role=\"img\" aria-label=\"Plan: "
                  "stages and what they "
                  "need\" font-size=\"13\" fill=\"currentColor\">\n<defs><marker id=\"plan-arrow\" "
                  "viewBox=\"0 0 8 8\" refX=\"1\" refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" "
                  "orient=\"auto\">"
                  "<path d=\"M0 0 L8 4 L0 8 z\" fill=\"currentColor\"/></marker></defs>\n",
                  width, std::max(bottom[0], bottom[1]));
  for (const auto &[ends, count] : plan.arrows)
    svg += arrow_svg(plan.boxes[ends.first], plan.boxes[ends.second], count);
  for (const Box &box : plan.boxes) svg += box_svg(box);
  return svg + "</svg>\n";
}

} // namespace pursuit
