#include "sweep/speeds.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <optional>

#include <fmt/format.h>

#include "engine/engine_table.hpp"
#include "measure/evaluation.hpp"

namespace pursuit {

namespace {

// Less than this, seconds, says nothing: clocks, caches that are cold, a neighbour.
constexpr double k_enough_s = 0.1;
// Files of a run that are written and synced, behind its training and behind its evaluation: on a local disk.
constexpr double k_files_s = 0.01;

Speeds::Kind kind_of(const RunSpec &spec) { return {spec.stage, spec.settings.N}; }

// The shares of stages count as much as a factor of 1.4 in N.
double distance(Speeds::Kind a, Speeds::Kind b) {
  return std::fabs(std::log2(static_cast<double>(a.second) / static_cast<double>(b.second))) +
         (a.first == b.first ? 0 : 0.5);
}

struct Line {
  std::string host, engine;
  Speeds::Kind kind;
  double ratio = 0;
};

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> parts;
  while (true) {
    const std::size_t end = text.find(at);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

template <class Number> bool read_number(std::string_view text, Number &value) {
  const std::from_chars_result read =
      std::from_chars(text.data(), text.data() + text.size(), value);
  return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

std::optional<Line> read_line(std::string_view text) {
  constexpr double k_most = 1000; // a ratio beyond says that something else was measured
  const std::vector<std::string_view> words = split(text, '\t');
  Line line;
  if (words.size() != 5 || !read_number(words[2], line.kind.first) ||
      !read_number(words[3], line.kind.second) || !read_number(words[4], line.ratio))
    return std::nullopt;
  if (line.kind.second < 1 || !(line.ratio > 1 / k_most && line.ratio < k_most))
    return std::nullopt;
  line.host = words[0];
  line.engine = words[1];
  return line;
}

std::vector<Line> read_lines(std::string_view text) {
  std::vector<Line> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (std::optional<Line> known = read_line(line)) lines.push_back(std::move(*known));
  }
  return lines;
}

} // namespace

void Speeds::add(Kind kind, double measured_s, double usual_s) {
  Sum &sum = sums_[kind];
  sum.measured_s += measured_s;
  sum.usual_s += usual_s;
}

void Speeds::add_unknown(const Speeds &other) {
  const std::map<Kind, double> known = ratios();
  for (const std::pair<const Kind, Sum> &entry : other.sums_) {
    if (known.count(entry.first) == 0) sums_[entry.first] = entry.second;
  }
}

std::map<Speeds::Kind, double> Speeds::ratios() const {
  std::map<Kind, double> ratios;
  for (const std::pair<const Kind, Sum> &entry : sums_) {
    const Sum &sum = entry.second;
    if (sum.measured_s >= k_enough_s && sum.usual_s > 0)
      ratios[entry.first] = sum.measured_s / sum.usual_s;
  }
  return ratios;
}

double Speeds::ratio(Kind kind) const {
  double nearest = std::numeric_limits<double>::infinity();
  double ratio = 1;
  for (const std::pair<const Kind, double> &known : ratios()) {
    const double away = distance(kind, known.first);
    if (away >= nearest) continue;
    nearest = away;
    ratio = known.second;
  }
  return ratio;
}

double usual_training_s(const std::string &engine, const RunSpec &spec, std::int64_t trials) {
  const TrialTimes &times = usual_times(engine);
  const TrialTime &trial = spec.stage == 2 ? times.stage_2 : times.stage_1;
  return static_cast<double>(trials) * trial.seconds(static_cast<double>(spec.settings.N));
}

// The trials of measure/evaluation.hpp.
double usual_evaluation_s(const std::string &engine, const RunSpec &spec, const Evaluate &settings,
                          int days) {
  constexpr double k_contrasts = 2;
  const double all = static_cast<double>(settings.trials);
  const double few = static_cast<double>(std::max<std::int64_t>(1, settings.trials / 10));
  const double cues = spec.mode == Mode::prior_input ? 2 : 1;
  double trials = cues * k_contrasts * (k_offsets_deg.size() * all + k_tuning_directions * few) +
                  k_contrasts * days * few;
  if (spec.stage == 2 && settings.shuffles > 0)
    trials += 2 * k_contrasts * (static_cast<double>(settings.shuffles) * few + all);
  return trials * usual_times(engine).forward.seconds(static_cast<double>(spec.settings.N));
}

Speeds speeds_of(const std::vector<MeasuredRun> &runs, const std::string &engine,
                 const Sharing &sharing) {
  Speeds speeds;
  for (const MeasuredRun &run : runs) {
    speeds.add(kind_of(*run.spec), run.seconds / run.pack,
               usual_training_s(engine, *run.spec, run.trials) * sharing.share(run.pack));
  }
  return speeds;
}

RunCosts run_costs(const Graph &graph, const std::string &engine, const Speeds &speeds,
                   const Evaluate &settings, int days) {
  std::vector<RunCost> costs;
  costs.reserve(graph.nodes.size());
  std::map<Speeds::Kind, double> ratios; // each is looked up once
  for (const Node &node : graph.nodes) {
    const Speeds::Kind kind = kind_of(node.spec);
    const std::map<Speeds::Kind, double>::iterator known = ratios.find(kind);
    const double ratio = known != ratios.end() ? known->second : ratios[kind] = speeds.ratio(kind);
    costs.push_back(
        {ratio * usual_training_s(engine, node.spec, node.spec.settings.n_trials) + k_files_s,
         ratio * usual_evaluation_s(engine, node.spec, settings, days) + k_files_s});
  }
  return RunCosts(std::move(costs));
}

std::filesystem::path speeds_file() {
  const char *cache = std::getenv("XDG_CACHE_HOME");
  if (cache != nullptr && cache[0] == '/')
    return std::filesystem::path(cache) / "pursuit/speeds.tsv";
  const char *home = std::getenv("HOME");
  if (home == nullptr || home[0] != '/') return {};
  return std::filesystem::path(home) / ".cache/pursuit/speeds.tsv";
}

Speeds read_speeds(std::string_view text, const std::string &host, const std::string &engine) {
  Speeds speeds;
  for (const Line &line : read_lines(text)) {
    constexpr double k_usual_s = 1000; // any, as long as it is enough
    if (line.host == host && line.engine == engine)
      speeds.add(line.kind, line.ratio * k_usual_s, k_usual_s);
  }
  return speeds;
}

std::string with_speeds(std::string_view text, const std::string &host, const std::string &engine,
                        const Speeds &speeds) {
  constexpr std::size_t k_most_lines = 1000; // the oldest go
  std::vector<Line> lines = read_lines(text);
  for (const std::pair<const Speeds::Kind, double> &measured : speeds.ratios()) {
    Line line{host, engine, measured.first, measured.second};
    const std::vector<Line>::iterator known =
        std::find_if(lines.begin(), lines.end(), [&](const Line &other) {
          return other.host == host && other.engine == engine && other.kind == line.kind;
        });
    if (known != lines.end()) {
      line.ratio = (line.ratio + known->ratio) / 2;
      lines.erase(known);
    }
    lines.push_back(line);
  }
  std::string result;
  for (std::size_t i = lines.size() > k_most_lines ? lines.size() - k_most_lines : 0;
       i < lines.size(); ++i) {
    const Line &line = lines[i];
    result += fmt::format("{}\t{}\t{}\t{}\t{:.4g}\n", line.host, line.engine, line.kind.first,
                          line.kind.second, line.ratio);
  }
  return result;
}

} // namespace pursuit
