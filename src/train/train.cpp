#include "train/train.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

constexpr double k_report_every_s = 0.25;
constexpr double k_check_every_s = 2; // parameters are copied for it: milliseconds for a large N
constexpr std::int64_t k_most_pending = 64; // how far a device may run ahead of us
// A checkpoint may take a hundredth of the time, unless more trials than these seconds' would be
// lost.
constexpr double k_checkpoint_share = 0.01;
constexpr double k_longest_gap_s = 30;

bool all_finite(const std::vector<double> &values) {
  return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

// The name of the first tensor that is not finite, or "".
std::string not_finite(const Network &network) {
  if (!all_finite(network.w)) return "w";
  if (!all_finite(network.w_in)) return "w_in";
  if (!all_finite(network.w_out)) return "w_out";
  if (!std::isfinite(network.b_out)) return "b_out";
  for (const ActivationParameter &row : k_activation_parameters) {
    if (!all_finite(network.activation[row.which])) return std::string(row.name);
  }
  return "";
}

// One training session over items that are at the same trial.
class Session {
public:
  Session(Engine &engine, const Behavior &behavior, std::vector<TrainItem> &items,
          std::vector<TrainOutcome> &outcomes, std::vector<std::size_t> members,
          const TrainHooks &hooks, Clock &clock)
      : behavior_(behavior), items_(items), outcomes_(outcomes), members_(std::move(members)),
        hooks_(hooks), clock_(clock) {
    std::vector<TrainingState> pack;
    for (std::size_t item : members_) pack.push_back(items_[item].state);
    training_ = engine.start(std::move(pack));
    trial_ = items_[members_.front()].state.updates;
    const double now_s = clock_.monotonic_s();
    reported_s_ = checked_s_ = checkpointed_s_ = now_s;
    reported_trial_ = trial_;
  }

  // Trains up to `end` trials; true: stopped before.
  bool run(std::int64_t end) {
    bool stop = false;
    while (trial_ < end && !stop && !all_failed()) {
      update();
      stop = hooks_.stop_requested && hooks_.stop_requested();
      if (!stop && trial_ < end) look_around();
    }
    collect_losses();
    report(clock_.monotonic_s());
    keep_states();
    if (stop) checkpoint();
    return stop && trial_ < end;
  }

private:
  void update() {
    std::vector<Trial> trials;
    const std::uint32_t index = static_cast<std::uint32_t>(trial_);
    for (std::size_t item : members_) {
      const RunSpec &spec = items_[item].spec;
      trials.push_back(make_trial(behavior_, spec, index, draw_trial(behavior_, spec, index)));
    }
    training_->update(trials);
    ++trial_;
    ++pending_;
  }

  // What is due between two trials, by the clock; nothing here can change a result.
  void look_around() {
    const double now_s = clock_.monotonic_s();
    if (pending_ >= k_most_pending || now_s - reported_s_ >= k_report_every_s) collect_losses();
    if (now_s - reported_s_ >= k_report_every_s) report(now_s);
    const bool checkpoint_due = hooks_.checkpoint && now_s - checkpointed_s_ >= checkpoint_gap_s();
    if (!checkpoint_due && now_s - checked_s_ < k_check_every_s) return;
    collect_losses();
    keep_states();
    checked_s_ = now_s;
    if (!checkpoint_due) return;
    checkpoint();
    checkpointed_s_ = clock_.monotonic_s();
    checkpoint_cost_s_ = checkpointed_s_ - now_s;
  }

  double checkpoint_gap_s() const {
    const double fair_s = std::min(checkpoint_cost_s_ / k_checkpoint_share, k_longest_gap_s);
    return std::max(hooks_.checkpoint_every_s, fair_s);
  }

  void collect_losses() {
    pending_ = 0;
    const std::vector<std::vector<double>> losses = training_->take_losses();
    for (std::size_t m = 0; m < members_.size(); ++m) {
      TrainItem &item = items_[members_[m]];
      for (double loss : losses[m]) {
        item.losses.push_back(loss);
        if (!std::isfinite(loss)) {
          fail(members_[m], fmt::format("trial {}: the loss is not finite", item.losses.size()));
        }
      }
    }
  }

  // Copies the networks out of the engine and looks for values that a loss may not show: a column
  // of w whose unit is silent is never read.
  void keep_states() {
    for (std::size_t m = 0; m < members_.size(); ++m) {
      items_[members_[m]].state = training_->state(m);
      const std::string tensor = not_finite(items_[members_[m]].state.network);
      if (!tensor.empty()) {
        fail(members_[m], fmt::format("trial {}: {} is not finite", trial_, tensor));
      }
    }
  }

  void checkpoint() {
    if (!hooks_.checkpoint) return;
    for (std::size_t item : members_) {
      if (failed(item)) continue;
      hooks_.checkpoint(item, items_[item].state, items_[item].losses);
    }
  }

  void report(double now_s) {
    const double elapsed_s = now_s - reported_s_;
    const double rate =
        elapsed_s > 0 ? static_cast<double>(trial_ - reported_trial_) / elapsed_s : 0;
    for (std::size_t item : members_) {
      if (!hooks_.progress || failed(item) || items_[item].losses.empty()) continue;
      hooks_.progress(item, {trial_, items_[item].losses.back(), rate});
    }
    reported_s_ = now_s;
    reported_trial_ = trial_;
  }

  // The first fault is the cause; what follows from it is not told.
  void fail(std::size_t item, const std::string &error) {
    if (!failed(item)) outcomes_[item].error = error;
  }
  bool failed(std::size_t item) const { return !outcomes_[item].error.empty(); }
  bool all_failed() const {
    return std::all_of(members_.begin(), members_.end(),
                       [this](std::size_t item) { return failed(item); });
  }

  const Behavior &behavior_;
  std::vector<TrainItem> &items_;
  std::vector<TrainOutcome> &outcomes_;
  std::vector<std::size_t> members_;
  const TrainHooks &hooks_;
  Clock &clock_;
  std::unique_ptr<Training> training_;
  std::int64_t trial_ = 0, pending_ = 0, reported_trial_ = 0;
  double reported_s_ = 0, checked_s_ = 0, checkpointed_s_ = 0;
  double checkpoint_cost_s_ = 0; // of the last one
};

void require_consistent(const TrainItem &item) {
  if (item.losses.size() != static_cast<std::size_t>(item.state.updates)) {
    throw InternalError("a training must start with one loss per trial done");
  }
  if (item.spec.settings.n_trials > std::numeric_limits<std::uint32_t>::max()) {
    throw RunError("more than 2^32 - 1 trials");
  }
}

// The runs that are furthest behind, and the trial they all have to reach next: that of the next
// checkpoint in the pack, or the end. (Checkpoints of one pack may differ after a crash.)
struct Segment {
  std::vector<std::size_t> members;
  std::int64_t begin = 0, end = 0;
};

Segment next_segment(const std::vector<TrainItem> &items,
                     const std::vector<TrainOutcome> &outcomes) {
  Segment segment;
  segment.begin = segment.end = std::numeric_limits<std::int64_t>::max();
  for (std::size_t i = 0; i < items.size(); ++i) {
    const std::int64_t at = items[i].state.updates, last = items[i].spec.settings.n_trials;
    if (!outcomes[i].error.empty() || at >= last) continue;
    if (at < segment.begin) {
      segment.end = std::min(segment.begin, segment.end);
      segment.begin = at;
      segment.members.clear();
    }
    if (at == segment.begin) segment.members.push_back(i);
    segment.end = std::min(segment.end, at == segment.begin ? last : at);
  }
  return segment;
}

} // namespace

std::vector<TrainOutcome> train(Engine &engine, const Behavior &behavior,
                                std::vector<TrainItem> items, const TrainHooks &hooks,
                                Clock &clock) {
  for (TrainItem &item : items) {
    require_consistent(item);
    if (item.spec.stage == 2)
      item.state.limits = limits_of(item.spec.settings); // no checkpoint has them
  }
  std::vector<TrainOutcome> outcomes(items.size());
  bool stopped = false;
  while (!stopped) {
    const Segment segment = next_segment(items, outcomes);
    if (segment.members.empty()) break;
    Session session(engine, behavior, items, outcomes, segment.members, hooks, clock);
    stopped = session.run(segment.end);
  }
  for (std::size_t i = 0; i < items.size(); ++i) {
    const bool unfinished = items[i].state.updates < items[i].spec.settings.n_trials;
    outcomes[i].stopped = stopped && outcomes[i].error.empty() && unfinished;
    outcomes[i].network = std::move(items[i].state.network);
    outcomes[i].losses = std::move(items[i].losses);
  }
  return outcomes;
}

} // namespace pursuit
