// An experiment file, read and checked: every key known, every value of the right type and in
// range. Values are as the user wrote them; sweeps are not yet expanded (plan/expand.hpp does
// that).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/errors.hpp"
#include "experiment/parameters.hpp"

namespace pursuit {

// One parameter set to one value.
struct Assignment {
  const Parameter *parameter = nullptr;
  ParameterValue value;
  Where where;
  bool is_default = false; // it stands in `defaults`
};

// What a match may name: a parameter, or `seed`.
struct MatchTerm {
  const Parameter *parameter = nullptr; // nullptr: seed
  std::vector<ParameterValue> any_of;
  Where where;
};
struct Match {
  std::vector<MatchTerm> terms; // all must hold
  Where where;
};

// One axis of a sweep: the list of points along it, each point setting the same keys (grid key:
// one; zip and list: several).
struct Axis {
  std::vector<const Parameter *> keys;
  std::vector<std::vector<ParameterValue>> points; // points[p][k] belongs to keys[k]
  Where where;
};

// `list` points may set different keys each; they are kept as assignments.
struct PointList {
  std::vector<std::vector<Assignment>> points;
  Where where;
};

// The axes of one `sweep` or of one `when` entry: grid axes (first key slowest), then zip, then
// list.
struct Axes {
  std::vector<Axis> grid;
  std::optional<Axis> zip;
  std::optional<PointList> list;
};

struct When {
  Match match;
  Axes axes;
};
struct Override {
  Match match;
  std::vector<Assignment> set;
};

struct Sweep {
  Axes axes;
  std::vector<When> when;
  std::vector<Match> exclude;
  std::vector<Override> overrides;
  Where where;
};

// `needs` of a stage 2: another stage (all its runs, or those that match), or model files made
// elsewhere.
struct Needs {
  std::string stage; // empty: files
  std::optional<Match> where_match;
  std::string files; // the glob as written
  std::vector<std::string>
      paths; // what it matched, sorted, relative paths resolved against the saying file
  Where where;
};

struct Stage {
  std::string name;
  Mode mode = Mode::activation;
  int stage = 1; // the training stage of the study, 1 or 2
  std::optional<Needs> needs;
  std::vector<Assignment> fixed; // set in the stage itself; defaults that have a meaning here come
                                 // first and are overwritten
  Sweep sweep;
  std::optional<std::vector<std::uint64_t>> seeds; // none: [1] in stage 1, the parent's in stage 2
  Where seeds_where;
  Where where;
};

struct DataSource {
  bool synthetic = true;
  std::uint64_t seed = 1; // of synthetic data
  std::string path;       // of recorded data, resolved
  Where where;
};

struct Evaluate {
  std::int64_t trials = 100;   // of each of the prior's conditions
  std::int64_t window_ms = 50; // the last ones of a trial, in which directions and rates are taken
  std::int64_t shuffles = 0;   // of the trained parameter over units, stage 2
};
// What they may be, at least 1, 1 and 0.
inline constexpr std::int64_t k_most_evaluation_trials = 1'000'000;
inline constexpr std::int64_t k_longest_window_ms = 149; // there are 149 outputs, one a millisecond
inline constexpr std::int64_t k_most_shuffles = 10'000;

// What a figure is drawn of and from; drawn by report/. Each has a meaning for some figures only.
struct FigureOptions {
  std::optional<Match> where_match; // only these runs
  std::string stage;                // only this stage's
  std::string x, y;                 // parameter_map: two parameters; empty: those that are swept
  std::string measure = "bias", contrast = "low"; // parameter_map
  std::optional<std::uint64_t> seed;              // unit_tuning, state_space: of the network shown
  Where measure_where = {}, seed_where = {};
};
struct FigureRequest {
  std::string name;
  std::string options_json; // as written
  FigureOptions options;
  Where where = {};
};

// Runs of a stage.
struct RunGroup {
  std::string stage;
  std::optional<Match> where_match;
};
enum class Demand { mean_between, less_than, greater_than, paired_difference };
// A claim about a measure, checked by report/.
struct Expectation {
  std::string item_json; // as written
  Where where;
  std::string measure; // its name in the table of measures
  Where measure_where;
  std::string contrast; // high, low, or empty where the measure has none
  RunGroup group;
  Demand demand = Demand::mean_between;
  RunGroup other;           // what it is compared with; stage empty: nothing
  double low = 0, high = 0; // of mean_between and paired_difference
};

struct Experiment {
  std::string name;
  std::string description;
  DataSource data;
  std::string output_dir = "results";
  std::vector<Stage> stages; // in file order
  Evaluate evaluate;
  std::vector<FigureRequest> figures;
  std::vector<Expectation> expect;

  std::string file;                   // as given on the command line
  std::string file_sha256;            // of the file's own bytes
  std::vector<std::string> included;  // the files that it includes, directly or not
  std::vector<std::string> overrides; // each --set, as given
  std::string resolved_json;          // the whole tree after include and --set, for the manifest
};

} // namespace pursuit
