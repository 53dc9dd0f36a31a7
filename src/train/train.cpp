#include "train/train.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <utility>

#include "base/errors.hpp"
#include "train/checkpoint_writer.hpp"

namespace pursuit {

namespace {

constexpr double k_report_every_s = 0.25;
constexpr std::int64_t k_most_pending = 64; // how far a device may run ahead of us
// The training may stand still for a hundredth of the time for checkpoints, unless more trials than these seconds' would be
// lost.
constexpr double k_checkpoint_share = 0.01;
constexpr double k_longest_gap_s = 30;

void require_losses(const TrainItem &item) {
  if (item.losses.size() == static_cast<std::size_t>(item.state.updates)) return;
  throw InternalError("a training must start with one loss per trial done");
}

class Session {
public:
  Session(Engine &engine, const Behavior &behavior, const TrainHooks &hooks, Clock &clock)
      : engine_(engine), behavior_(behavior), hooks_(hooks), clock_(clock),
        training_(engine.start()), writer_(hooks.checkpoint, hooks.writes_beside) {
    now_s_ = reported_s_ = checkpointed_s_ = clock_.monotonic_s();
  }

  void run(std::vector<TrainItem> items) {
    take(std::move(items));
    while (true) {
      conclude_ended();
      welcome();
      if (members_.empty()) return;
      training_->advance(k_most_pending);
      if (hooks_.stop_requested && hooks_.stop_requested()) return stop();
      look_around();
    }
  }

private:
  // A run that waits to be trained, or is.
  struct Member {
    std::size_t number = 0;
    TrainItem item; // with the losses that are collected; its state is as it came
    MemberId id{};
    std::string error;
    std::int64_t reported_trial = 0;
    double reported_s = 0;
  };

  void take(std::vector<TrainItem> items) {
    for (TrainItem &item : items) {
      require_losses(item);
      if (item.spec.stage == 2)
        item.state.limits = limits_of(item.spec.settings); // no checkpoint has them
      waiting_.push_back({numbers_++, std::move(item), {}, "", 0, 0});
    }
  }

  // Into an empty training each fits.
  void welcome() {
    if (hooks_.joining) outside_training([this] { take(hooks_.joining()); });
    for (std::vector<Member> waiting = std::exchange(waiting_, {}); Member & member : waiting) {
      if (training_->fits(member.item.state)) {
        enter(std::move(member));
      } else {
        waiting_.push_back(std::move(member));
      }
    }
  }

  void enter(Member member) {
    const TrainItem &item = member.item;
    try {
      if (item.spec.settings.n_trials > std::numeric_limits<std::uint32_t>::max())
        throw RunError("more than 2^32 - 1 trials");
      member.id = training_->add(item.state, DrawnTrials{&behavior_, item.spec},
                                 item.spec.settings.n_trials);
    } catch (const RunError &error) {
      TrainOutcome failed;
      failed.error = error.what();
      return end(std::move(member), std::move(failed));
    }
    member.reported_trial = item.state.updates;
    member.reported_s = now_s_;
    members_.push_back(std::move(member));
  }

  // What is due between two trials, by the clock; nothing here can change a result.
  void look_around() {
    now_s_ = clock_.monotonic_s();
    const bool report_due = now_s_ - reported_s_ >= k_report_every_s;
    const bool checkpoint_due = hooks_.checkpoint && now_s_ - checkpointed_s_ >= checkpoint_gap_s();
    if (!report_due && !checkpoint_due && !is_far_ahead()) return;
    for (Member &member : members_) collect(member);
    if (report_due) {
      for (Member &member : members_) {
        if (goes_on(member)) report(member);
      }
      reported_s_ = now_s_;
    }
    if (!checkpoint_due) return;
    checkpoint();
    checkpointed_s_ = clock_.monotonic_s();
    checkpoint_cost_s_ = checkpointed_s_ - now_s_;
  }

  bool is_far_ahead() const {
    return std::any_of(members_.begin(), members_.end(), [this](const Member &member) {
      const std::int64_t known = static_cast<std::int64_t>(member.item.losses.size());
      return training_->trial(member.id) - known >= k_most_pending;
    });
  }

  double checkpoint_gap_s() const {
    const double fair_s = std::min(checkpoint_cost_s_ / k_checkpoint_share, k_longest_gap_s);
    return std::max(hooks_.checkpoint_every_s, fair_s);
  }

  void collect(Member &member) {
    const std::vector<double> losses = training_->take_losses(member.id);
    member.item.losses.insert(member.item.losses.end(), losses.begin(), losses.end());
    member.error = training_->fault(member.id);
  }

  // Their losses are collected. One with a fault keeps the checkpoint that it has.
  void checkpoint() {
    for (const Member &member : members_) {
      if (!hooks_.checkpoint || !goes_on(member)) continue;
      writer_.put(member.number, {member.item.id, engine_.numerics(), training_->state(member.id),
                                  member.item.losses});
    }
    take_faults();
  }

  void take_faults() {
    for (const auto &[number, why] : writer_.take_faults()) {
      no_checkpoint_[number] = why;
      if (!why.empty() && hooks_.no_checkpoint) hooks_.no_checkpoint(number, why);
    }
  }

  void report(Member &member) {
    if (!hooks_.progress || !member.error.empty() || member.item.losses.empty()) return;
    const std::int64_t trial = training_->trial(member.id);
    const double elapsed_s = now_s_ - member.reported_s;
    const double rate =
        elapsed_s > 0 ? static_cast<double>(trial - member.reported_trial) / elapsed_s : 0;
    hooks_.progress(member.number, {trial, member.item.losses.back(), rate});
    member.reported_trial = trial;
    member.reported_s = now_s_;
  }

  bool goes_on(const Member &member) const {
    return member.error.empty() && training_->trial(member.id) < member.item.spec.settings.n_trials;
  }

  std::vector<Member> take_ended() {
    const auto ended = std::stable_partition(
        members_.begin(), members_.end(), [this](const Member &member) { return goes_on(member); });
    std::vector<Member> taken(std::make_move_iterator(ended),
                              std::make_move_iterator(members_.end()));
    members_.erase(ended, members_.end());
    return taken;
  }

  void conclude_ended() {
    std::vector<Member> ended = take_ended();
    if (ended.empty()) return;
    now_s_ = clock_.monotonic_s();
    outside_training([&] {
      for (Member &member : ended) conclude(std::move(member), false);
    });
  }

  // There may not be much time: checkpoints come first.
  void stop() {
    now_s_ = clock_.monotonic_s();
    std::vector<Member> ended = take_ended();
    for (Member &member : members_) collect(member);
    checkpoint();
    for (Member &member : ended) conclude(std::move(member), false);
    writer_.finish();
    take_faults();
    for (Member &member : members_) conclude(std::move(member), true);
    TrainOutcome stopped;
    stopped.stopped = true;
    for (Member &member : waiting_) end(std::move(member), stopped);
  }

  void conclude(Member member, bool stopped) {
    collect(member);
    report(member);
    TrainOutcome outcome;
    outcome.stopped = stopped && member.error.empty();
    outcome.network = training_->remove(member.id).network;
    outcome.error = member.error;
    outcome.no_checkpoint = no_checkpoint_[member.number];
    end(std::move(member), std::move(outcome));
  }

  void end(Member member, TrainOutcome outcome) {
    writer_.drop(member.number);
    outcome.losses = std::move(member.item.losses);
    hooks_.ended(member.number, std::move(outcome));
  }

  // No time of the training.
  void outside_training(const std::function<void()> &action) {
    const double begin_s = clock_.monotonic_s();
    action();
    now_s_ = clock_.monotonic_s();
    for (Member &member : members_) member.reported_s += now_s_ - begin_s;
  }

  Engine &engine_;
  const Behavior &behavior_;
  const TrainHooks &hooks_;
  Clock &clock_;
  std::unique_ptr<Training> training_;
  CheckpointWriter writer_;
  std::vector<Member> members_, waiting_;
  std::size_t numbers_ = 0;
  std::map<std::size_t, std::string>
      no_checkpoint_; // by number: why the last one is not on the disk
  double now_s_ = 0;  // when it was last looked at
  double reported_s_ = 0, checkpointed_s_ = 0;
  double checkpoint_cost_s_ = 0; // of the last one
};

} // namespace

void train(Engine &engine, const Behavior &behavior, std::vector<TrainItem> items,
           const TrainHooks &hooks, Clock &clock) {
  Session(engine, behavior, hooks, clock).run(std::move(items));
}

} // namespace pursuit
