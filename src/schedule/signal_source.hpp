// SIGINT, SIGTERM, SIGHUP, SIGTSTP and SIGCHLD, and SIGWINCH where it is asked for, as something to poll instead of
// something that interrupts.
#pragma once

#include <csignal>
#include <vector>

namespace pursuit {

// While it lives the signals are blocked and queue at a descriptor; afterwards everything is as
// before. SIGHUP and SIGTSTP stay ignored where they were (nohup). SIGPIPE is ignored: a dead worker's pipe is an
// error value.
class SignalSource {
public:
  // `resizes`: SIGWINCH too.
  explicit SignalSource(bool resizes = false);
  ~SignalSource();
  SignalSource(const SignalSource &) = delete;
  SignalSource &operator=(const SignalSource &) = delete;

  int fd() const { return fd_; }
  // The signals that came, in order, SIGCHLD too; empties the queue.
  std::vector<int> take();

private:
  int fd_ = -1;
  sigset_t old_mask_;
  struct sigaction old_pipe_, old_child_, old_interrupt_;
};

} // namespace pursuit
