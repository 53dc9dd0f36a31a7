// How long runs take on this machine: usual times (engine/engine_table.hpp), scaled by what was measured. Never part of an id or a result.
//
// What was measured is kept in <cache>/pursuit/speeds.tsv, <cache> being XDG_CACHE_HOME or ~/.cache: a line for each host,
// engine (with its instruction set), training stage and N, and how many times the usual time a run of that kind took. The
// file may be removed at any time; a line that is no such line is passed over.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "experiment/experiment.hpp"
#include "plan/pack_policy.hpp"

namespace pursuit {

// Of one host and engine.
class Speeds {
public:
  // One of the two stages, and N.
  using Kind = std::pair<int, std::int64_t>;

  void add(Kind kind, double measured_s, double usual_s);
  // Takes over what is not known here.
  void add_unknown(const Speeds &other);
  // measured / usual of the nearest kind: by the ratio of N, and of the same stage rather than of the other. 1 where nothing
  // was measured.
  double ratio(Kind kind) const;
  // Each kind for which enough was measured to say something.
  std::map<Kind, double> ratios() const;

private:
  struct Sum {
    double measured_s = 0, usual_s = 0;
  };
  std::map<Kind, Sum> sums_;
};

// `engine`: as it describes itself, "fused, avx512, on cpu". Of one run alone on an idle core, seconds.
double usual_training_s(const std::string &engine, const RunSpec &spec, std::int64_t trials);
double usual_evaluation_s(const std::string &engine, const RunSpec &spec, const Evaluate &settings,
                          int days);

// A run that was trained from one trial to another, among `pack` runs that took `seconds` together.
struct MeasuredRun {
  const RunSpec *spec = nullptr;
  std::int64_t trials = 0;
  double seconds = 0;
  int pack = 1;
};
Speeds speeds_of(const std::vector<MeasuredRun> &runs, const std::string &engine,
                 const Sharing &sharing);

// Of every node, alone.
RunCosts run_costs(const Graph &graph, const std::string &engine, const Speeds &speeds,
                   const Evaluate &settings, int days);

// speeds.tsv; empty where neither XDG_CACHE_HOME nor HOME says where.
std::filesystem::path speeds_file();
// What the file knows of this host and engine.
Speeds read_speeds(std::string_view text, const std::string &host, const std::string &engine);
// The file's new text: of kinds that it knew, the mean of both.
std::string with_speeds(std::string_view text, const std::string &host, const std::string &engine,
                        const Speeds &speeds);

} // namespace pursuit
