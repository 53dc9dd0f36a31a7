// The finished networks of an experiment, as figures see them: grouped by what was trained, apart by their settings.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "experiment/measures.hpp"
#include "measure/evaluation.hpp"
#include "plan/run.hpp"
#include "report/drawing.hpp"
#include "task/behavior.hpp"

namespace pursuit {

struct FinishedNetwork {
  std::string run_id, stage; // its name in the experiment file
  RunSpec spec;
  std::string model_sha256;
  std::optional<Measures> measures;
  std::optional<LossSummary> loss = {};
  std::vector<std::string> also_of = {}; // further stages that ask for it (plan/graph.hpp)
};

// A parameter's value as text; its column: its key, with its unit; a network's own value of every number that an experiment
// file sets, by column, empty where nobody knows it.
using NamedValues = std::vector<std::pair<std::string, std::string>>;
std::string text_of(const RunSpec &spec, const Parameter &parameter);
std::string column_of(const Parameter &parameter);
NamedValues own_settings(const FinishedNetwork &network);

// Networks whose model or evaluation should be there and could not be read.
struct AbsentFiles {
  std::vector<std::string> ids; // of runs, each once
  std::string because; // what the first file that could not be read says; empty: they are not there
};

// What is read only when a figure needs it. Nothing where there is none, or it cannot be read.
class NetworkFiles {
public:
  virtual ~NetworkFiles() = default;
  virtual std::optional<Evaluation> evaluation(const FinishedNetwork &network) = 0;
  virtual std::optional<Model> model(const FinishedNetwork &network) = 0;
  // Those since the last call.
  virtual AbsentFiles take_absent() { return {}; }
};

struct Results {
  std::vector<FinishedNetwork> networks; // in the order of the manifest
  std::vector<FinishedNetwork> left_out; // finished and never drawn (store/left_out.hpp)
  std::unique_ptr<NetworkFiles> files;
  std::optional<Behavior> behavior;
  std::string behavior_absent; // why there is none
  bool synthetic = true;
  Evaluate settings;
};

// Networks that are alike but for their seed. A group's look and name are the same in every figure. One that two stages ask
// for is in the group of each.
struct Group {
  std::string
      name; // the kind: stage1, threshold, ...; with the stage's name where two stages have that kind
  std::string label; // for people: "stage 1", "threshold"
  std::string kind;
  int look = 0;
  std::vector<std::size_t> networks; // indices into Results::networks
  NamedValues factors; // settings of its networks, as the CSV names them; empty where they differ
};

// Groups that share N, tau, gain and whatever else differs among the networks of a stage, or among their parents. One facet,
// without factors, where nothing does. Networks of stage 2 stand with their parents; those of stage 1 in the facet of every
// training of stage 2 that their own settings fit. Where both are shown, the title says of which training a setting is ("stage
// 1 learning_rate=1e-05"), and a factor of its own says it of stage 1 (stage1_learning_rate), so that the means of two
// groups of stage 2 are told apart by their parents.
struct Facet {
  std::string title;   // "N=100, tau=30 ms"
  NamedValues factors; // (N, 100), (tau_ms, 30)
  std::vector<Group>
      groups; // stage1, input_gain, threshold, response_gain, sets of these, prior_input
  std::size_t left_out =
      0; // of all facets, in the first: networks that would be drawn, had they not diverged
};

// `wanted` says which networks, `stage` (empty: any) of which stage of the file; facets in order of their factors. Where all
// of them are left out, one facet without groups.
std::vector<Facet> facets_of(const Results &results,
                             const std::function<bool(const FinishedNetwork &)> &wanted,
                             const std::string &stage = "");

// "Left out: 2 that diverged, or were trained from one that did."; empty where there are none.
std::string left_out_note(const std::vector<Facet> &facets);

// Of some group there is more than one network: only then is there a mean.
bool has_means(const std::vector<Facet> &facets);

// "n = 6 networks", "n = 4 to 6 networks".
std::string sizes_text(const std::set<std::size_t> &sizes);

// "synthetic data; n = 6 networks in each group", what else differs between groups, and what is left out.
std::string note_of(const Results &results, const std::vector<Facet> &facets);

// Whether a network of stage 2 trained several activation parameters together.
bool trains_several(const Results &results);

// Adds the network to those drawn, once; its index there.
int drawn_index(Drawing &drawing, const FinishedNetwork &network);

// A value per network, and their mean with its interval, on place `x` of a panel with categories. Networks without a value
// (nullopt) are left out.
using NetworkValue = std::function<std::optional<double>(const FinishedNetwork &)>;
void add_dots(Drawing &drawing, Panel &panel, const Results &results, const Group &group, double x,
              const NetworkValue &value);

// A curve per network (rows of `curves`, NaN where there is nothing; each as long as `x`) and their mean with its band.
// Above k_most_curves networks only the mean and its band are drawn.
inline constexpr std::size_t k_most_curves = 100;
struct NetworkCurve {
  std::size_t network = 0; // index into Results::networks
  std::vector<double> y;
};
void add_curves(Drawing &drawing, Panel &panel, const Results &results, const Group &group,
                const std::vector<double> &x, const std::vector<NetworkCurve> &curves);

} // namespace pursuit
