#include "sweep/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <map>

#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/say.hpp"
#include "plan/describe.hpp"
#include "sweep/progress_text.hpp"
#include "sweep/run_progress_notes.hpp"
#include "sweep/terminal_screen.hpp"
#include "sweep/time_left.hpp"

namespace pursuit {

namespace {

constexpr double k_redraw_s = 0.2;
constexpr double k_plain_totals_s = 30;

enum class Form { terminal, plain, none };

Form form_of(const std::string &word) {
  if (word == "none") return Form::none;
  const char *terminal = std::getenv("TERM");
  const bool dumb = terminal == nullptr || std::string_view(terminal) == "dumb";
  return word == "auto" && !dumb && ::isatty(STDERR_FILENO) == 1 ? Form::terminal : Form::plain;
}

// https://no-color.org: set and not empty.
bool colour_wanted() {
  const char *refused = std::getenv("NO_COLOR");
  return refused == nullptr || *refused == '\0';
}

int &member_of(ManifestCounts &counts, RunState state) {
  switch (state) {
  case RunState::running:
    return counts.running;
  case RunState::done:
    return counts.done;
  case RunState::failed:
    return counts.failed;
  case RunState::skipped:
    return counts.skipped;
  default:
    return counts.pending; // interrupted too
  }
}

} // namespace

struct Progress::State {
  State(const Plan &the_plan, const std::vector<Slot> &slots, const std::string &word,
        const PackPolicy &policy)
      : plan(the_plan), form(form_of(word)), colour(form == Form::terminal && colour_wanted()),
        left(the_plan, policy), states(the_plan.runs.size()), slot_runs(slots.size()) {
    counts.total = counts.pending = static_cast<int>(the_plan.runs.size());
    for (const Slot &slot : slots) labels.push_back(slot.label);
    for (const Node &node : plan.graph.nodes) names.add(node.stage, node.spec);
  }

  const Plan &plan;
  Form form;
  bool colour;
  TimeLeft left;
  std::vector<RunState> states;
  ManifestCounts counts;
  std::vector<std::string> labels; // of the slots
  RunLabels names;
  std::vector<std::map<int, RunProgress>> slot_runs; // what each slot trains
  double begin_s = -1;                               // the first run's start
  double next_s = 0;                                 // of the next drawing or totals line
  std::size_t drawn = 0;                             // lines of the block on the terminal

  std::string run_label(int run) const;
  SlotRow row(std::size_t slot) const;
  double left_s(double now_s) const { return left.seconds(begin_s < 0 ? 0 : now_s - begin_s); }
  std::string totals(double now_s) const { return totals_line(counts, left_s(now_s)); }
  void place(int run, const ScheduledRun &state);
  void say(int run, const ScheduledRun &state) const;
  std::string erase_block();
  std::string draw_block(double now_s);
  static void write(const std::string &text) {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  }
};

std::string Progress::State::run_label(int run) const {
  const Node &node = plan.graph.nodes[static_cast<std::size_t>(run)];
  return fmt::format("{} {}", short_id(node.id), run_text(node.stage, node.spec));
}

SlotRow Progress::State::row(std::size_t slot) const {
  SlotRow row;
  row.slot = labels[slot];
  const std::map<int, RunProgress> &runs = slot_runs[slot];
  if (runs.empty()) return row;
  const RunProgress &first = runs.begin()->second;
  const Node &node = plan.graph.nodes[static_cast<std::size_t>(runs.begin()->first)];
  row.run = names.label(node.stage, node.spec);
  row.more_runs = static_cast<int>(runs.size()) - 1;
  row.n_trials = node.spec.settings.n_trials;
  row.trial = first.trial;
  row.loss = first.loss;
  for (const std::pair<const int, RunProgress> &entry : runs) {
    row.trial = std::min(row.trial, entry.second.trial);
    row.trials_per_s += entry.second.trials_per_s;
    row.left_s = std::max(row.left_s, seconds_left(entry.second, row.n_trials));
  }
  return row;
}

// A run's slot is named in its last attempt.
void Progress::State::place(int run, const ScheduledRun &state) {
  if (state.attempts.empty() || !state.elsewhere.empty()) return;
  const std::vector<std::string>::const_iterator found =
      std::find(labels.begin(), labels.end(), state.attempts.back().device);
  if (found == labels.end()) return;
  std::map<int, RunProgress> &runs = slot_runs[static_cast<std::size_t>(found - labels.begin())];
  if (state.state == RunState::running) {
    RunProgress nothing_yet;
    nothing_yet.loss = std::numeric_limits<double>::quiet_NaN();
    runs[run] = nothing_yet;
  } else {
    runs.erase(run);
  }
}

void Progress::State::say(int run, const ScheduledRun &state) const {
  if (!state.elsewhere.empty()) {
    say_text(fmt::format("other   {}  by {}\n", run_label(run), state.elsewhere));
  }
  if (state.reused || !state.elsewhere.empty() || state.attempts.empty()) return;
  const std::string &device = state.attempts.back().device;
  if (state.state == RunState::running) {
    say_text(fmt::format("start   {}  {}\n", device, run_label(run)));
  } else if (state.state == RunState::done) {
    const std::string loss =
        state.loss ? fmt::format("  loss {:.5f}", state.loss->mean_last_200) : std::string();
    say_text(fmt::format("done    {}  {}{}  {:.1f} s{}\n", device, run_label(run), loss,
                         state.seconds, state.diverged.value_or(false) ? "  diverged" : ""));
  } else if (state.state == RunState::failed) {
    say_text(fmt::format("failed  {}  {}: {}\n", device, run_label(run), state.error));
  } else if (state.state == RunState::interrupted) {
    say_text(fmt::format("stopped {}  {} after trial {}\n", device, run_label(run),
                         state.attempts.back().to_trial));
  }
}

// To the block's first line, and everything below it gone.
std::string Progress::State::erase_block() {
  if (drawn == 0) return "";
  const std::size_t up = drawn;
  drawn = 0;
  return fmt::format("\033[{}A\r\033[J", up);
}

// Line by line over the old block, so that nothing flickers.
std::string Progress::State::draw_block(double now_s) {
  std::vector<SlotRow> rows;
  for (std::size_t slot = 0; slot < labels.size(); ++slot) rows.push_back(row(slot));
  const TerminalSize size = terminal_size(STDERR_FILENO);
  const std::vector<std::string> lines = screen(rows, totals(now_s), size.columns, size.lines);
  std::string text = drawn == 0 ? "" : fmt::format("\033[{}A\r", drawn);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool bold = colour && i + 1 == lines.size();
    // Erased before it is written: behind a line as wide as the terminal the last character would go.
    text += fmt::format("\033[K{}{}{}\n", bold ? "\033[1m" : "", lines[i], bold ? "\033[0m" : "");
  }
  drawn = lines.size();
  return text + "\033[J";
}

Progress::Progress(const Plan &plan, const std::vector<Slot> &slots, const std::string &form,
                   const PackPolicy &policy)
    : state_(std::make_unique<State>(plan, slots, form, policy)) {}

Progress::~Progress() = default;

void Progress::run_changed(int run, const ScheduledRun &state) {
  State &s = *state_;
  RunState &known = s.states[static_cast<std::size_t>(run)];
  --member_of(s.counts, known);
  ++member_of(s.counts, state.state);
  if (state.reused) ++s.counts.reused;
  known = state.state;
  if (state.state == RunState::running && s.begin_s < 0) s.begin_s = real_clock().monotonic_s();
  s.left.run_changed(run, state.state, state.reused);
  s.place(run, state);
  if (s.form == Form::plain) s.say(run, state);
}

void Progress::run_evaluated(int run) { state_->left.run_evaluated(run); }

void Progress::progressed(const RunProgress &progress) {
  State &s = *state_;
  s.left.progressed(progress.run, progress.trial, progress.from_trial);
  s.slot_runs[static_cast<std::size_t>(progress.slot)][progress.run] = progress;
}

void Progress::tick(const std::vector<ScheduledRun> &) {
  State &s = *state_;
  const double now_s = real_clock().monotonic_s();
  if (s.form == Form::none || s.begin_s < 0 || now_s < s.next_s) return;
  const bool first_plain = s.form == Form::plain && s.next_s == 0;
  s.next_s = now_s + (s.form == Form::terminal ? k_redraw_s : k_plain_totals_s);
  if (s.form == Form::terminal) {
    State::write(s.draw_block(now_s));
  } else if (!first_plain) { // what has just started needs no sum
    State::write(s.totals(now_s) + "\n");
  }
}

double Progress::left_s() const {
  return state_->begin_s < 0 ? -1 : state_->left_s(real_clock().monotonic_s());
}

void Progress::message(const std::string &line) {
  State &s = *state_;
  const bool had_block = s.drawn > 0;
  std::string text = s.erase_block() + visible_lines(line) + "\n";
  if (had_block) text += s.draw_block(real_clock().monotonic_s());
  State::write(text);
}

void Progress::finish(const std::vector<ScheduledRun> &) {
  State &s = *state_;
  if (s.form == Form::none) return;
  State::write(s.erase_block() + totals_line(s.counts, -1) + "\n"); // nobody works on what is left
}

} // namespace pursuit
