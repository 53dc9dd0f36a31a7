#include "cli/training_view.hpp"

#include <cmath>
#include <cstdio>
#include <utility>
#include <variant>

#include <unistd.h>

#include <fmt/format.h>

#include "base/duration.hpp"
#include "base/say.hpp"
#include "task/divergence.hpp"

namespace pursuit {

TrainingView::TrainingView(const WorkerRun &run, bool resumes)
    : id_(run.id), n_trials_(run.spec.settings.n_trials), resumes_(resumes),
      terminal_(::isatty(STDERR_FILENO) == 1) {}

void TrainingView::take(const WorkerEvent &event) {
  std::visit([this](const auto &what) { show(what); }, event);
}

void TrainingView::notice(const std::string &text) {
  end_line();
  say("{}\n", text);
}

// Trial, loss, trials/s and time left: one line that is redrawn on a terminal, else a line every
// tenth of the way. Without a loss it is the start.
void TrainingView::show(const RunProgress &progress) {
  last_ = progress;
  if (std::isnan(progress.loss)) {
    say_start(progress.trial);
    return;
  }
  const std::int64_t tenth = n_trials_ == 0 ? 10 : 10 * progress.trial / n_trials_;
  if (!terminal_ && tenth == std::exchange(last_tenth_, tenth)) return;
  const double left_s =
      progress.trials_per_s > 0
          ? static_cast<double>(n_trials_ - progress.trial) / progress.trials_per_s
          : 0;
  fmt::print(stderr, "{}trial {}/{}  loss {:.4f}  {:.1f} trials/s  {} left{}",
             terminal_ ? "\r" : "", progress.trial, n_trials_, progress.loss, progress.trials_per_s,
             duration_text(left_s), terminal_ ? "\033[K" : "\n");
  line_is_open_ = terminal_;
}

void TrainingView::show(const RunDone &done) {
  end_line();
  result_ = done.result();
  last_.trial = done.to_trial;
  if (done.diverged.value_or(false)) say("diverged: {}\n", k_diverged_notice);
}

void TrainingView::show(const RunFailed &failed) {
  end_line();
  result_.state = RunState::failed;
  result_.error = failed.error;
}

void TrainingView::show(const RunStopped &stopped) {
  end_line();
  result_.state = RunState::interrupted;
  last_.trial = stopped.to_trial;
}

void TrainingView::say_start(std::int64_t trial) const {
  if (!resumes_) return;
  if (trial > 0) {
    say("going on from trial {}\n", trial);
  } else {
    say("no usable checkpoint of run {}: starting at trial 0\n", id_.substr(0, 12));
  }
}

void TrainingView::end_line() {
  if (std::exchange(line_is_open_, false)) say("\n");
}

} // namespace pursuit
