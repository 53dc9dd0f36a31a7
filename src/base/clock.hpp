// Time behind an interface, so that schedules are tested without waiting.
#pragma once

#include <string>

namespace pursuit {

class Clock {
public:
  virtual ~Clock() = default;
  // Seconds since some fixed point, never running back.
  virtual double monotonic_s() = 0;
  // Seconds since 1970-01-01 UTC; may jump.
  virtual double wall_s() = 0;
};

Clock &real_clock();

// RFC 3339 in UTC with whole seconds, "2026-02-11T18:12:02Z".
std::string rfc3339(double wall_s);

} // namespace pursuit
