// What is summed over the trials of one condition. Everything is in a fixed order, by +, x, / and square root alone, so
// that the sums have the same bits everywhere.
#pragma once

#include <cstddef>
#include <vector>

#include "measure/evaluation.hpp"

namespace pursuit {

// Throws RunError.
void require_finite(const Activity &activity);

struct Velocity {
  double horizontal = 0, vertical = 0;
};
// Mean output over the last `window` ms.
Velocity window_velocity(const Activity &activity, std::size_t window);
// The direction as a vector of length 1; 0 at rest.
Velocity unit_vector(const Velocity &velocity);

// sum[i] += the sum over the last `window` ms of unit i's rate.
void add_window_rates(const Activity &activity, std::size_t window, std::vector<double> &sum);
// Means of rates are kept in single precision, as they are in evaluation.mat.
void divide_and_round(std::vector<double> &sum, double count);

class ConditionTally {
public:
  ConditionTally(std::size_t n, std::size_t trials, std::size_t window);
  void add(const Activity &activity); // throws RunError where an output is not finite
  ConditionOutcome outcome() &&;

private:
  void add_states(const Activity &activity);

  std::size_t trials_, window_, done_ = 0;
  std::vector<double> velocity_, squares_, heading_, trial_velocity_, rate_, state_;
};

} // namespace pursuit
