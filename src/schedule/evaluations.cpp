#include "schedule/evaluations.hpp"

#include <deque>
#include <optional>
#include <variant>

#include <fmt/format.h>

#include "schedule/failures.hpp"

namespace pursuit {

namespace {

constexpr double k_tick_s = 0.2;
constexpr double k_same_signal_s = 0.5; // as in schedule_events.cpp

class Evaluations {
public:
  Evaluations(Outcome &outcome, std::size_t slots, Runner &runner, Clock &clock, Observer &observer)
      : outcome_(outcome), runner_(runner), clock_(clock), observer_(observer), working_on_(slots) {
  }

  void run() {
    if (outcome_.interrupted_by != 0) return;
    for (int run = 0; run < static_cast<int>(outcome_.runs.size()); ++run) {
      if (is_missing(run)) waiting_.push_back(run);
    }
    while (true) {
      start_what_can_start();
      if (busy_ == 0) return;
      const Event event = runner_.wait(clock_.monotonic_s() + k_tick_s);
      std::visit([this](const auto &what) { handle(what); }, event);
      observer_.tick(outcome_.runs);
    }
  }

private:
  ScheduledRun &at(int run) { return outcome_.runs[static_cast<std::size_t>(run)]; }

  bool is_missing(int run) {
    const ScheduledRun &state = at(run);
    return state.state == RunState::done && !state.measures && state.evaluation_error.empty();
  }

  void start_what_can_start() {
    for (std::size_t slot = 0; slot < working_on_.size() && !waiting_.empty(); ++slot) {
      if (working_on_[slot]) continue;
      working_on_[slot] = waiting_.front();
      waiting_.pop_front();
      ++busy_;
      runner_.start(
          {static_cast<int>(slot), fmt::format("evaluate-{}", ++jobs_), {*working_on_[slot]}});
    }
  }

  void settle(int run, const std::optional<Measures> &measures, const std::string &error) {
    if (!is_missing(run)) return;
    at(run).measures = measures;
    at(run).evaluation_error = error;
    observer_.run_evaluated(run, at(run));
  }

  // The slot is free; what it has not reported is an error, unless we stopped it.
  void end(int slot, const std::string &error) {
    std::optional<int> &run = working_on_[static_cast<std::size_t>(slot)];
    if (!run) return;
    if (outcome_.interrupted_by == 0) settle(*run, std::nullopt, error);
    run.reset();
    --busy_;
  }

  void handle(const RunEvaluated &event) { settle(event.run, event.measures, event.error); }
  void handle(const RunFailed &event) { settle(event.run, std::nullopt, event.error); }
  void handle(const JobEnded &event) {
    end(event.slot, "the worker ended its job without a word of this run");
  }
  void handle(const WorkerEnded &event) { end(event.slot, lost_worker_text(event)); }

  void handle(const Interrupted &event) {
    const double now_s = clock_.monotonic_s();
    const bool first = outcome_.interrupted_by == 0;
    if (!first && now_s - first_signal_s_ <= k_same_signal_s) return;
    if (first) {
      outcome_.interrupted_by = event.signal;
      first_signal_s_ = now_s;
      waiting_.clear();
    }
    for (std::size_t slot = 0; slot < working_on_.size(); ++slot) {
      if (!working_on_[slot]) continue;
      if (first) {
        runner_.drain(static_cast<int>(slot));
      } else {
        runner_.kill(static_cast<int>(slot));
      }
    }
  }

  void handle(const RunProgress &) {}
  void handle(const RunDone &) {}
  void handle(const RunStopped &) {}
  void handle(const Tick &) {}

  Outcome &outcome_;
  Runner &runner_;
  Clock &clock_;
  Observer &observer_;
  std::deque<int> waiting_;
  std::vector<std::optional<int>> working_on_; // by slot
  int busy_ = 0, jobs_ = 0;
  double first_signal_s_ = 0;
};

} // namespace

void run_evaluations(Outcome &outcome, const std::vector<Slot> &slots, Runner &runner, Clock &clock,
                     Observer &observer) {
  Evaluations(outcome, slots.size(), runner, clock, observer).run();
}

} // namespace pursuit
