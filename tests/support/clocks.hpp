// Clocks that do not wait.
#pragma once

#include "base/clock.hpp"

namespace pursuit {

// Stands still at 2026-02-11T18:12:02Z.
class StoppedClock final : public Clock {
public:
  double monotonic_s() override { return 0; }
  double wall_s() override { return 1770833522; }
};

// Only moves when asked.
class FakeClock final : public Clock {
public:
  double monotonic_s() override { return now_s; }
  double wall_s() override { return 1'700'000'000 + now_s; } // 2023-11-14T22:13:20Z
  double now_s = 0;
};

// Each look at it takes `step_s`.
class SteppingClock final : public Clock {
public:
  explicit SteppingClock(double step_s) : step_s_(step_s) {}
  double monotonic_s() override { return now_s_ += step_s_; }
  double wall_s() override { return now_s_; }

private:
  double step_s_, now_s_ = 0;
};

// Only moves when asked, and its wall clock runs backwards, as it may.
class BackwardClock final : public Clock {
public:
  double monotonic_s() override { return now_s; }
  double wall_s() override { return 1'700'000'000 - now_s; }
  double now_s = 0;
};

} // namespace pursuit
