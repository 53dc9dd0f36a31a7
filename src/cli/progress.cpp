#include "cli/progress.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <memory>
#include <utility>

#include <unistd.h>

#include <fmt/format.h>

#include "base/say.hpp"
#include "sweep/run_progress_notes.hpp"

namespace pursuit {

namespace {

constexpr double k_redraw_s = 0.2;
constexpr double k_plain_totals_s = 30;

class StandardError final : public ProgressOutput {
public:
  TerminalSize size() override { return terminal_size(STDERR_FILENO); }
  void write(const std::string &text) override {
    std::fwrite(text.data(), 1, text.size(), stderr);
    std::fflush(stderr);
  }
};

ProgressForm form_of(const std::string &word) {
  if (word == "none") return ProgressForm::none;
  return word == "auto" && can_draw_on(STDERR_FILENO) ? ProgressForm::terminal
                                                      : ProgressForm::plain;
}

// https://no-color.org: set and not empty.
bool colour_wanted() {
  const char *refused = std::getenv("NO_COLOR");
  return refused == nullptr || *refused == '\0';
}

} // namespace

Progress::Progress(const Plan &plan, const std::vector<Slot> &slots, const TimeLeft &left,
                   Clock &clock, ProgressForm form, bool colour, ProgressOutput &output)
    : plan_(plan), left_(left), clock_(clock), form_(form), colour_(colour), output_(output),
      states_(plan.runs.size()), slot_runs_(slots.size()) {
  counts_.total = counts_.pending = static_cast<int>(plan.runs.size());
  for (const Slot &slot : slots) labels_.push_back(slot.label);
  for (const Node &node : plan.graph.nodes) names_.add(node.stage, node.spec);
}

std::string Progress::run_label(int run) const {
  const Node &node = plan_.graph.nodes[static_cast<std::size_t>(run)];
  return fmt::format("{} {}", short_id(node.id), run_text(node.stage, node.spec));
}

SlotRow Progress::row(std::size_t slot) const {
  SlotRow row;
  row.slot = labels_[slot];
  const std::map<int, RunProgress> &runs = slot_runs_[slot];
  if (runs.empty()) return row;
  const RunProgress &first = runs.begin()->second;
  const Node &node = plan_.graph.nodes[static_cast<std::size_t>(runs.begin()->first)];
  row.run = names_.label(node.stage, node.spec);
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
void Progress::place(int run, const ScheduledRun &state) {
  if (state.attempts.empty() || !state.elsewhere.empty()) return;
  const std::vector<std::string>::const_iterator found =
      std::find(labels_.begin(), labels_.end(), state.attempts.back().device);
  if (found == labels_.end()) return;
  std::map<int, RunProgress> &runs = slot_runs_[static_cast<std::size_t>(found - labels_.begin())];
  if (state.state == RunState::running) {
    RunProgress nothing_yet;
    nothing_yet.loss = std::numeric_limits<double>::quiet_NaN();
    runs[run] = nothing_yet;
  } else {
    runs.erase(run);
  }
}

// What a plain line says of the change; "": nothing.
std::string Progress::news(int run, const ScheduledRun &state) const {
  if (!state.elsewhere.empty())
    return fmt::format("other   {}  by {}\n", run_label(run), state.elsewhere);
  if (state.reused || state.attempts.empty()) return "";
  const std::string &device = state.attempts.back().device;
  const std::string where = fmt::format("{}  {}", device, run_label(run));
  if (state.state == RunState::running) return fmt::format("start   {}\n", where);
  if (state.state == RunState::failed) return fmt::format("failed  {}: {}\n", where, state.error);
  if (state.state == RunState::interrupted)
    return fmt::format("stopped {} after trial {}\n", where, state.attempts.back().to_trial);
  if (state.state != RunState::done) return "";
  const std::string loss =
      state.loss ? fmt::format("  loss {:.5f}", state.loss->mean_last_200) : std::string();
  return fmt::format("done    {}{}  {:.1f} s{}\n", where, loss, state.seconds,
                     state.diverged.value_or(false) ? "  diverged" : "");
}

std::string Progress::totals() const { return totals_line(counts_, left_.left_s()); }

// To the block's first line, and everything below it gone.
std::string Progress::erase_block() {
  if (drawn_ == 0) return "";
  const std::size_t up = std::exchange(drawn_, 0);
  return fmt::format("\033[{}A\r\033[J", up);
}

// Line by line over the old block, so that nothing flickers.
std::string Progress::draw_block() {
  std::vector<SlotRow> rows;
  for (std::size_t slot = 0; slot < labels_.size(); ++slot) rows.push_back(row(slot));
  const TerminalSize size = output_.size();
  const std::vector<std::string> lines = screen(rows, totals(), size.columns, size.lines);
  std::string text = drawn_ == 0 ? "" : fmt::format("\033[{}A\r", drawn_);
  for (std::size_t i = 0; i < lines.size(); ++i) {
    const bool bold = colour_ && i + 1 == lines.size();
    // Erased before it is written: behind a line as wide as the terminal the last character would go.
    text += fmt::format("\033[K{}{}{}\n", bold ? "\033[1m" : "", lines[i], bold ? "\033[0m" : "");
  }
  drawn_ = lines.size();
  return text + "\033[J";
}

void Progress::run_changed(int run, const ScheduledRun &state) {
  RunState &known = states_[static_cast<std::size_t>(run)];
  --count_of(counts_, known);
  ++count_of(counts_, state.state);
  if (state.reused) ++counts_.reused;
  known = state.state;
  began_ = began_ || state.state == RunState::running;
  place(run, state);
  if (form_ != ProgressForm::plain) return;
  const std::string line = news(run, state);
  if (!line.empty()) output_.write(visible_lines(line));
}

void Progress::progressed(const RunProgress &progress) {
  RunProgress &known = slot_runs_[static_cast<std::size_t>(progress.slot)][progress.run];
  known = smoothed(known, progress);
}

void Progress::tick(const std::vector<ScheduledRun> &) {
  const double now_s = clock_.monotonic_s();
  if (form_ == ProgressForm::none || !began_ || now_s < next_s_) return;
  const bool first_plain = form_ == ProgressForm::plain && next_s_ == 0;
  next_s_ = now_s + (form_ == ProgressForm::terminal ? k_redraw_s : k_plain_totals_s);
  if (form_ == ProgressForm::terminal) {
    output_.write(draw_block());
  } else if (!first_plain) { // what has just started needs no sum
    output_.write(totals() + "\n");
  }
}

void Progress::message(const std::string &line) {
  const bool had_block = drawn_ > 0;
  std::string text = erase_block() + visible_lines(line) + "\n";
  if (had_block) text += draw_block();
  output_.write(text);
}

void Progress::ended() {
  if (form_ == ProgressForm::none) return;
  output_.write(erase_block() + totals_line(counts_, -1) + "\n"); // nobody works on what is left
}

MakeOnlooker show_progress(const std::vector<Slot> &slots, const RunOptions &options) {
  const ProgressForm form = options.quiet ? ProgressForm::none : form_of(options.progress);
  return [&slots, form](const Plan &plan, const TimeLeft &left) {
    static StandardError output;
    const bool colour = form == ProgressForm::terminal && colour_wanted();
    return std::make_unique<Progress>(plan, slots, left, real_clock(), form, colour, output);
  };
}

} // namespace pursuit
