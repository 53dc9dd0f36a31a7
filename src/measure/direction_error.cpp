#include "measure/direction_error.hpp"

#include "measure/circular.hpp"

namespace pursuit {

std::vector<double> direction_errors_deg(const DayOutcome &days, std::size_t contrast) {
  const std::vector<double> &velocity = days.velocity[contrast];
  std::vector<double> errors;
  for (std::size_t day = 0; day < days.target_deg.size(); ++day) {
    const double output_deg = direction_deg(velocity[2 * day], velocity[2 * day + 1]);
    errors.push_back(wrapped_deg(output_deg - days.target_deg[day]));
  }
  return errors;
}

} // namespace pursuit
