#include "plan/notices.hpp"

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "plan/describe.hpp"

namespace pursuit {

namespace {

std::string at(const Where &where, const std::string &text) {
  return to_text(Complaint{where, text, ""});
}

// Each value that is there more than once, once.
template <class Item> std::vector<Item> repeated(const std::vector<Item> &items) {
  std::set<Item> seen, twice;
  for (const Item &item : items) {
    if (!seen.insert(item).second) twice.insert(item);
  }
  return {twice.begin(), twice.end()};
}

// "N=100, tau=20".
std::string point_text(const std::vector<const Parameter *> &keys,
                       const std::vector<ParameterValue> &point) {
  std::vector<std::string> words;
  for (std::size_t k = 0; k < keys.size(); ++k)
    words.push_back(fmt::format("{}={}", keys[k]->key, value_text(point[k])));
  return fmt::format("{}", fmt::join(words, ", "));
}

std::string point_text(const std::vector<Assignment> &point) {
  std::vector<std::string> words;
  for (const Assignment &set : point)
    words.push_back(fmt::format("{}={}", set.parameter->key, value_text(set.value)));
  std::sort(words.begin(), words.end());
  return fmt::format("{}", fmt::join(words, ", "));
}

std::vector<std::string> repeated_points(const Axis &axis) {
  std::vector<std::string> points;
  for (const std::vector<ParameterValue> &point : axis.points)
    points.push_back(point_text(axis.keys, point));
  return repeated(points);
}

std::vector<std::string> repeated_points(const PointList &list) {
  std::vector<std::string> points;
  for (const std::vector<Assignment> &point : list.points) points.push_back(point_text(point));
  return repeated(points);
}

void say_repeated(const Stage &stage, const Axes &axes, std::vector<std::string> &notices) {
  const auto say = [&](const Where &where, const std::vector<std::string> &points) {
    for (const std::string &point : points)
      notices.push_back(at(where, fmt::format("stage \"{}\": {} is given twice, and trained once",
                                              stage.name, point)));
  };
  for (const Axis &axis : axes.grid) say(axis.where, repeated_points(axis));
  if (axes.zip) say(axes.zip->where, repeated_points(*axes.zip));
  if (axes.list) say(axes.list->where, repeated_points(*axes.list));
}

void say_repeated(const Stage &stage, std::vector<std::string> &notices) {
  if (stage.seeds) {
    const std::vector<std::uint64_t> twice = repeated(*stage.seeds);
    if (!twice.empty())
      notices.push_back(at(stage.seeds_where,
                           fmt::format("stage \"{}\": seed{} {} {} given twice, and trained once",
                                       stage.name, twice.size() == 1 ? "" : "s",
                                       fmt::join(twice, ", "), twice.size() == 1 ? "is" : "are")));
  }
  say_repeated(stage, stage.sweep.axes, notices);
  for (const When &when : stage.sweep.when) say_repeated(stage, when.axes, notices);
}

// One line for all stages that have none.
void say_seedless(const Experiment &experiment, std::vector<std::string> &notices) {
  std::vector<std::string> stages;
  Where first;
  for (const Stage &stage : experiment.stages) {
    if (stage.stage != 1 || stage.seeds) continue;
    if (stages.empty()) first = stage.where;
    stages.push_back(fmt::format("\"{}\"", stage.name));
  }
  if (stages.empty()) return;
  notices.push_back(
      at(first, fmt::format("stage{} {}: no seeds are given: seed 1; for more networks write "
                            "seeds: {{from: 1, count: 6}}",
                            stages.size() == 1 ? "" : "s", fmt::join(stages, ", "))));
}

// A parameter of which children and parents have other values.
struct Difference {
  std::set<ParameterValue> of_children, of_parents;
};

std::string values_text(const std::set<ParameterValue> &values) {
  std::vector<std::string> texts;
  for (const ParameterValue &value : values) texts.push_back(value_text(value));
  return fmt::format("{}", fmt::join(texts, ", "));
}

// How a run's parent was trained; nullptr in stage 1.
const Settings *parent_settings(const Node &node, const Graph &graph,
                                const std::map<std::string, OutsideModelFacts> &outside) {
  if (node.parent >= 0) return &graph.nodes[static_cast<std::size_t>(node.parent)].spec.settings;
  for (const auto &[path, facts] : outside) {
    if (!node.spec.parent_file.sha256.empty() && facts.file.sha256 == node.spec.parent_file.sha256)
      return &facts.trained;
  }
  return nullptr;
}

void say_other_trials(const Experiment &experiment, const Graph &graph,
                      const std::map<std::string, OutsideModelFacts> &outside,
                      std::vector<std::string> &notices) {
  std::map<std::pair<std::string, const Parameter *>, Difference> differences;
  for (const Node &node : graph.nodes) {
    const Settings *parent = parent_settings(node, graph, outside);
    if (parent == nullptr) continue;
    for (const Parameter &parameter : parameters()) {
      if (!parameter.of_trials) continue;
      const ParameterValue child = value_of(node.spec.settings, parameter);
      const ParameterValue before = value_of(*parent, parameter);
      if (same_value(child, before)) continue;
      Difference &difference = differences[{node.stage, &parameter}];
      difference.of_children.insert(child);
      difference.of_parents.insert(before);
    }
  }
  for (const Stage &stage : experiment.stages) {
    for (const Parameter &parameter : parameters()) {
      const auto found = differences.find({stage.name, &parameter});
      if (found == differences.end()) continue;
      notices.push_back(
          at(stage.where,
             fmt::format("stage \"{}\": {} is {}, and its parents were trained with {}; where that "
                         "is not meant, set it in defaults, for both",
                         stage.name, parameter.key, values_text(found->second.of_children),
                         values_text(found->second.of_parents))));
    }
  }
}

// A run is listed once, under the first stage that asks for it: the others' lists are shorter than they look.
void say_shared(const Experiment &experiment, const Graph &graph,
                std::vector<std::string> &notices) {
  std::map<std::pair<std::string, std::string>, int> shared; // (stage, where it is listed): runs
  for (const Node &node : graph.nodes) {
    for (const std::string &stage : node.also_of) ++shared[{stage, node.stage}];
  }
  for (const Stage &stage : experiment.stages) {
    for (const auto &[names, runs] : shared) {
      if (names.first != stage.name) continue;
      notices.push_back(at(
          stage.where, fmt::format("stage \"{}\": {} of its runs {} also of stage \"{}\", trained "
                                   "once and listed there; claims and figures count {} in both",
                                   stage.name, runs, runs == 1 ? "is" : "are", names.second,
                                   runs == 1 ? "it" : "them")));
    }
  }
}

} // namespace

std::vector<std::string> plan_notices(const Experiment &experiment, const Graph &graph,
                                      const std::map<std::string, OutsideModelFacts> &outside) {
  std::vector<std::string> notices;
  say_seedless(experiment, notices);
  for (const Stage &stage : experiment.stages) say_repeated(stage, notices);
  say_shared(experiment, graph, notices);
  say_other_trials(experiment, graph, outside, notices);
  return notices;
}

std::string other_trials_text(const Settings &parent, const Settings &child) {
  std::vector<std::string> words;
  for (const Parameter &parameter : parameters()) {
    if (!parameter.of_trials) continue;
    const ParameterValue before = value_of(parent, parameter);
    if (!same_value(before, value_of(child, parameter)))
      words.push_back(fmt::format("{} {}", parameter.key, value_text(before)));
  }
  return fmt::format("{}", fmt::join(words, ", "));
}

} // namespace pursuit
