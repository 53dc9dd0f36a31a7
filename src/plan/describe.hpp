// Runs in words: what list, show, plan and the progress display print.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "plan/run.hpp"

namespace pursuit {

// (key, value as text) in the order of the table.
using ParameterTexts = std::vector<std::pair<std::string, std::string>>;

// mode, stage (1 or 2), every parameter that describes the run (in stage 2 the parent's N, tau and
// gain too; activation in stage 2 only), seed.
ParameterTexts run_parameters(const RunSpec &spec);

// Every key that run_parameters may give, in its order: the columns of a table.
std::vector<std::string> run_parameter_keys();

// N, tau and gain: what a network is named by, whatever stage it is of.
bool names_network(const Parameter &parameter);

// "activation=threshold, N=100|250".
std::string match_text(const Match &match);

// A value as a user would write it; of a gain that nobody knows: k_unknown.
inline constexpr const char *k_unknown = "unknown";
std::string value_text(const ParameterValue &value);

// "threshold N=250 tau=30 gain=1.5": the kind of model, N, tau, gain and what is not at its default;
// n_trials is left out, as it is the same all over a stage.
std::string settings_text(const RunSpec &spec);

// "adapt  threshold N=250 tau=30 gain=1.5 seed=3".
std::string run_text(const std::string &stage_name, const RunSpec &spec);

// Short names for the runs of one experiment: "adapt threshold N=250 seed=3" is the stage, what is trained, and only those
// of N, tau, gain, ... and seed that differ among the runs of the stage.
class RunLabels {
public:
  // Every run, before the first label is asked for.
  void add(const std::string &stage, const RunSpec &spec);
  std::string label(const std::string &stage, const RunSpec &spec) const;

private:
  struct Stage {
    RunSpec first;
    std::vector<bool> differs; // by parameter, in the order of the table
    bool seed_differs = false;
  };
  std::map<std::string, Stage> stages_;
};

// The first 12 digits, as in a model file's name.
std::string short_id(const std::string &id);

} // namespace pursuit
