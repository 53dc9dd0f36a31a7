// While it trains: a line per slot (run, trial, loss, trials/s), totals and time left on a
// terminal; plain lines elsewhere.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/clock.hpp"
#include "cli/progress_text.hpp"
#include "cli/terminal_screen.hpp"
#include "plan/describe.hpp"
#include "sweep/run_experiment.hpp"

namespace pursuit {

// Where it is shown.
class ProgressOutput {
public:
  virtual ~ProgressOutput() = default;
  virtual TerminalSize size() = 0;
  virtual void write(const std::string &text) = 0;
};

enum class ProgressForm {
  terminal, // lines that are redrawn
  plain,
  none // only messages
};

class Progress final : public Observer {
public:
  Progress(const Plan &plan, const std::vector<Slot> &slots, const TimeLeft &left, Clock &clock,
           ProgressForm form, bool colour, ProgressOutput &output);

  void run_changed(int run, const ScheduledRun &state) override;
  void progressed(const RunProgress &progress) override;
  void tick(const std::vector<ScheduledRun> &runs) override;
  // A line that stays, above the slots' lines.
  void message(const std::string &line) override;
  // Clears the slots' lines and prints the totals.
  void ended() override;

private:
  std::string run_label(int run) const;
  SlotRow row(std::size_t slot) const;
  std::string totals() const;
  void place(int run, const ScheduledRun &state);
  std::string news(int run, const ScheduledRun &state) const;
  std::string erase_block();
  std::string draw_block();

  const Plan &plan_;
  const TimeLeft &left_;
  Clock &clock_;
  ProgressForm form_;
  bool colour_;
  ProgressOutput &output_;
  std::vector<RunState> states_;
  ManifestCounts counts_;
  std::vector<std::string> labels_; // of the slots
  RunLabels names_;
  std::vector<std::map<int, RunProgress>> slot_runs_; // what each slot trains
  bool began_ = false;                                // the first run has been started
  double next_s_ = 0;                                 // of the next drawing or totals line
  std::size_t drawn_ = 0;                             // lines of the block on the terminal
};

// On stderr, as --progress and --quiet say. `slots` must outlive the sweep.
MakeOnlooker show_progress(const std::vector<Slot> &slots, const RunOptions &options);

} // namespace pursuit
