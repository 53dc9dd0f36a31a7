// Experiments built by hand, for tests of plan/: short words for what the reader would give.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "experiment/experiment.hpp"
#include "plan/describe.hpp"
#include "plan/graph.hpp"

namespace pursuit::building {

using Values = std::vector<ParameterValue>;
using Pairs = std::vector<std::pair<std::string, ParameterValue>>;

inline Where line(int number) { return {"test.yaml", number, 1}; }

inline Axis axis(const std::string &key, Values values, int line_number = 10) {
  Axis axis{{find_parameter(key)}, {}, line(line_number)};
  for (ParameterValue &value : values) axis.points.push_back({std::move(value)});
  return axis;
}

inline Axis zip(const std::vector<std::string> &keys, std::vector<Values> points,
                int line_number = 11) {
  Axis axis{{}, std::move(points), line(line_number)};
  for (const std::string &key : keys) axis.keys.push_back(find_parameter(key));
  return axis;
}

inline std::vector<Assignment> assignments(const Pairs &pairs, int line_number = 0) {
  std::vector<Assignment> out;
  for (const auto &[key, value] : pairs)
    out.push_back({find_parameter(key), value, line(line_number)});
  return out;
}

inline PointList list(const std::vector<Pairs> &points, int line_number = 12) {
  PointList list{{}, line(line_number)};
  for (const Pairs &point : points) list.points.push_back(assignments(point));
  return list;
}

// {"N", {100, 250}}: N is 100 or 250. "seed" is no parameter.
inline Match match(const std::vector<std::pair<std::string, Values>> &terms, int line_number = 20) {
  Match match{{}, line(line_number)};
  for (const auto &[key, values] : terms)
    match.terms.push_back({find_parameter(key), values, line(line_number)});
  return match;
}

inline Stage stage_1(const std::string &name, const Pairs &fixed = {}) {
  Stage stage;
  stage.name = name;
  stage.fixed = assignments(fixed);
  stage.where = line(1);
  stage.sweep.where = line(2);
  return stage;
}

inline Stage stage_2(const std::string &name, const std::string &parent, const Pairs &fixed = {}) {
  Stage stage = stage_1(name, fixed);
  stage.stage = 2;
  stage.needs = Needs{};
  stage.needs->stage = parent;
  stage.needs->where = line(3);
  return stage;
}

inline Experiment experiment(std::vector<Stage> stages) {
  Experiment experiment;
  experiment.name = "test";
  experiment.file = "test.yaml";
  experiment.stages = std::move(stages);
  return experiment;
}

inline PlanInputs inputs() {
  PlanInputs inputs;
  inputs.data_sha256 = std::string(64, 'd');
  inputs.numerics = "reference-1";
  return inputs;
}

inline std::vector<ExpandedRun> expanded(std::vector<Stage> stages) {
  return expand(experiment(std::move(stages)), inputs());
}

// Empty if the parameter says nothing of the run.
inline std::string parameter_text(const RunSpec &spec, const std::string &key) {
  for (const auto &[known, value] : run_parameters(spec)) {
    if (known == key) return value;
  }
  return "";
}

// What sets the runs apart, in order: the values of `keys` ("stage" is the name), "100 10 seed 1".
inline std::vector<std::string> texts(const std::vector<ExpandedRun> &runs,
                                      const std::vector<std::string> &keys) {
  std::vector<std::string> out;
  for (const ExpandedRun &run : runs) {
    std::string text;
    for (const std::string &key : keys) {
      const std::string value = key == "stage" ? run.stage : parameter_text(run.spec, key);
      text += text.empty() || value.empty() ? value : ' ' + value;
    }
    out.push_back(text);
  }
  return out;
}

// Every complaint of expanding these stages, each as its one line; empty if there is none.
inline std::vector<std::string> complaints(std::vector<Stage> stages) {
  std::vector<std::string> lines;
  try {
    expanded(std::move(stages));
  } catch (const ConfigError &error) {
    for (const Complaint &complaint : error.complaints()) lines.push_back(to_text(complaint));
  }
  return lines;
}

} // namespace pursuit::building
