// Computed lists of numbers. They lie on the way to run ids: only IEEE + - * / and fma are used, so
// they have the same bits on every machine. Reals are rounded to 12 significant digits.
#pragma once

#include <cstdint>
#include <vector>

namespace pursuit {

// How many values from, from + step, ... up to `to`, `to` included; 0 if `to` lies the other way.
// A last value within 1e-9 steps of `to` counts as `to`. step != 0; all finite.
double count_stepped(double from, double to, double step);
std::vector<double> stepped_values(double from, double to, double step);

// The same in whole numbers, exactly.
double count_stepped_whole(std::int64_t from, std::int64_t to, std::int64_t step);
std::vector<std::int64_t> stepped_whole(std::int64_t from, std::int64_t to, std::int64_t step);

// n >= 1 values from a to b, both included (n = 1: a).
std::vector<double> linspace(double a, double b, std::int64_t n);

// n >= 1 values from a to b with equal ratios, a and b > 0.
std::vector<double> geomspace(double a, double b, std::int64_t n);

} // namespace pursuit
