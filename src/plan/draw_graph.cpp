#include "plan/draw_graph.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/describe.hpp"

namespace pursuit {

namespace {

constexpr std::size_t k_most_drawn_runs = 200; // beyond that the picture would not be readable

struct Box {
  std::vector<std::string> lines;
  bool is_file = false;
};
struct Arrow {
  std::size_t from = 0, to = 0;
  std::string label;
};
struct Picture {
  std::vector<Box> boxes;
  std::vector<Arrow> arrows;
};

std::vector<std::string> run_lines(const Node &node) {
  return {node.stage, settings_text(node.spec), fmt::format("seed={}", node.spec.seed),
          short_id(node.id)};
}

// The box of an outside model, made when first asked for.
std::size_t file_box(const OutsideModel &file, std::map<std::string, std::size_t> &known,
                     Picture &picture) {
  const auto [place, is_new] = known.emplace(file.sha256, picture.boxes.size());
  if (is_new) picture.boxes.push_back({{file.path, short_id(file.sha256)}, true});
  return place->second;
}

Picture picture_of_runs(const Graph &graph) {
  Picture picture;
  std::map<std::string, std::size_t> files;
  for (const Node &node : graph.nodes) picture.boxes.push_back({run_lines(node)});
  for (std::size_t i = 0; i < graph.nodes.size(); ++i) {
    const Node &node = graph.nodes[i];
    if (node.parent >= 0)
      picture.arrows.push_back({static_cast<std::size_t>(node.parent), i, ""});
    else if (!node.spec.parent_file.sha256.empty())
      picture.arrows.push_back({file_box(node.spec.parent_file, files, picture), i, ""});
  }
  return picture;
}

// "N=100, 250" or, of many, "tau: 17 values".
std::string values_line(const std::string &key, const std::vector<std::string> &values) {
  constexpr std::size_t k_most_values = 4;
  if (values.size() > k_most_values) return fmt::format("{}: {} values", key, values.size());
  return fmt::format("{}={}", key, fmt::join(values, ", "));
}

// What the runs of one stage have in common, and in which order their values first appear.
struct StageSummary {
  std::size_t runs = 0;
  std::vector<std::string> keys;
  std::map<std::string, std::vector<std::string>> values;
  std::map<std::string, std::set<std::string>> seen;

  void add(const Node &node) {
    ++runs;
    for (const auto &[key, text] : run_parameters(node.spec)) {
      if (!seen[key].insert(text).second) continue;
      if (values[key].empty()) keys.push_back(key);
      values[key].push_back(text);
    }
  }

  // N, tau, gain and seed always; others where they differ.
  std::vector<std::string> lines(const std::string &name) const {
    std::vector<std::string> out = {name, fmt::format("{} run{}", runs, runs == 1 ? "" : "s")};
    const std::set<std::string> always = {"N", "tau", "gain", "activation", "seed"};
    for (const std::string &key : keys) {
      const std::vector<std::string> &all = values.at(key);
      if (all.size() > 1 || always.count(key) != 0) out.push_back(values_line(key, all));
    }
    return out;
  }
};

Picture picture_of_stages(const Graph &graph) {
  std::map<std::string, std::size_t> box_of_stage;
  std::vector<std::pair<std::string, StageSummary>> stages;
  std::map<std::pair<std::size_t, std::size_t>, std::size_t> arrow_counts;
  std::map<std::size_t, std::set<std::string>> files_of_stage;
  for (const Node &node : graph.nodes) {
    const auto [place, is_new] = box_of_stage.emplace(node.stage, stages.size());
    if (is_new) stages.emplace_back(node.stage, StageSummary{});
    stages[place->second].second.add(node);
    if (node.parent >= 0) {
      const std::string &parent = graph.nodes[static_cast<std::size_t>(node.parent)].stage;
      ++arrow_counts[{box_of_stage.at(parent), place->second}];
    } else if (!node.spec.parent_file.sha256.empty()) {
      files_of_stage[place->second].insert(node.spec.parent_file.sha256);
    }
  }
  Picture picture;
  for (const auto &[name, summary] : stages) picture.boxes.push_back({summary.lines(name)});
  for (const auto &[ends, count] : arrow_counts)
    picture.arrows.push_back({ends.first, ends.second, fmt::format("{}", count)});
  for (const auto &[stage, files] : files_of_stage) {
    picture.arrows.push_back({picture.boxes.size(), stage, ""});
    picture.boxes.push_back({{fmt::format("{} model files", files.size())}, true});
  }
  return picture;
}

std::string replaced(const std::string &text,
                     const std::vector<std::pair<char, std::string>> &replacements) {
  std::string out;
  for (const char c : text) {
    const auto found = std::find_if(replacements.begin(), replacements.end(),
                                    [c](const auto &pair) { return pair.first == c; });
    if (found != replacements.end())
      out += found->second;
    else
      out += c;
  }
  return out;
}

std::string dot_quoted(const std::vector<std::string> &lines) {
  std::string text;
  for (const std::string &line : lines) {
    if (!text.empty()) text += "\\n";
    text += replaced(line, {{'"', "\\\""}, {'\\', "\\\\"}, {'\n', " "}, {'\r', " "}});
  }
  return '"' + text + '"';
}

// Mermaid writes special characters as #code; inside quotes.
std::string mermaid_quoted(const std::vector<std::string> &lines) {
  std::string text;
  for (const std::string &line : lines) {
    if (!text.empty()) text += "<br/>";
    text += replaced(line, {{'"', "#quot;"},
                            {'#', "#35;"},
                            {'&', "#amp;"},
                            {'<', "#lt;"},
                            {'>', "#gt;"},
                            {'`', "#96;"},
                            {'\n', " "},
                            {'\r', " "}});
  }
  return '"' + text + '"';
}

std::string dot_text(const Picture &picture) {
  std::string text = "digraph plan {\n  rankdir=LR;\n"
                     "  node [shape=box, fontname=\"Helvetica\", fontsize=10];\n";
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const Box &box = picture.boxes[i];
    text += fmt::format("  n{} [label={}{}];\n", i, dot_quoted(box.lines),
                        box.is_file ? ", shape=note" : "");
  }
  for (const Arrow &arrow : picture.arrows) {
    const std::string label =
        arrow.label.empty() ? "" : fmt::format(" [label={}]", dot_quoted({arrow.label}));
    text += fmt::format("  n{} -> n{}{};\n", arrow.from, arrow.to, label);
  }
  return text + "}\n";
}

std::string mermaid_text(const Picture &picture) {
  std::string text = "flowchart LR\n";
  for (std::size_t i = 0; i < picture.boxes.size(); ++i) {
    const Box &box = picture.boxes[i];
    const std::string label = mermaid_quoted(box.lines);
    text +=
        box.is_file ? fmt::format("  n{}([{}])\n", i, label) : fmt::format("  n{}[{}]\n", i, label);
  }
  for (const Arrow &arrow : picture.arrows) {
    const std::string label =
        arrow.label.empty() ? "" : fmt::format("|{}|", mermaid_quoted({arrow.label}));
    text += fmt::format("  n{} -->{} n{}\n", arrow.from, label, arrow.to);
  }
  return text;
}

} // namespace

std::string draw_graph(const Graph &graph, GraphFormat format) {
  const Picture picture =
      graph.nodes.size() > k_most_drawn_runs ? picture_of_stages(graph) : picture_of_runs(graph);
  return format == GraphFormat::dot ? dot_text(picture) : mermaid_text(picture);
}

} // namespace pursuit
