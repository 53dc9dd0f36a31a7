// What the signals that ask a program to stop mean: the first one to stop in order, one that comes later to stop at once.
#pragma once

#include <atomic>

namespace pursuit {

enum class StopRequest {
  stop,   // checkpoint what is under way, start nothing new
  repeat, // the same request once more: nothing
  end     // at once
};

// Free of locks, so that a signal handler may ask it.
class SignalRule {
public:
  // `now_s`: of a clock that does not run back.
  StopRequest take(int signal, double now_s) {
    // A terminal sends one Ctrl-C to a whole process group, and some tools pass it on once more: signals this close, in
    // seconds, are one.
    constexpr double k_same_signal_s = 0.5;
    if (first_ == 0) {
      first_s_ = now_s;
      first_ = signal;
      return StopRequest::stop;
    }
    return now_s - first_s_ <= k_same_signal_s ? StopRequest::repeat : StopRequest::end;
  }
  int first() const { return first_; } // signal, or 0

private:
  static_assert(std::atomic<int>::is_always_lock_free && std::atomic<double>::is_always_lock_free);
  std::atomic<int> first_ = 0;
  std::atomic<double> first_s_ = 0;
};

} // namespace pursuit
