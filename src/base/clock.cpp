#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <ctime>

namespace pursuit {

namespace {

class RealClock final : public Clock {
public:
  double monotonic_s() override {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  }
  double wall_s() override {
    return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch())
        .count();
  }
};

} // namespace

Clock &real_clock() {
  static RealClock clock;
  return clock;
}

std::string rfc3339(double wall_s) {
  const std::time_t seconds = static_cast<std::time_t>(wall_s);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

} // namespace pursuit
