// Directions, in degrees counterclockwise from the horizontal.
#pragma once

#include <span>

namespace pursuit {

// Of a velocity: atan2(v, h), in (-180, 180]. NaN where both are 0: rest has no direction.
double direction_deg(double horizontal, double vertical);

// The same angle in [-180, 180).
double wrapped_deg(double deg);

// Of angles: with R e^{i mean} = the mean of e^{i angle}, circular SD = sqrt(-2 ln R) (Mardia and Jupp 2000,
// "Directional Statistics", 2.3). sd_deg is infinite where R is 0.
struct CircularStatistics {
  double mean_deg = 0; // in (-180, 180]; NaN where R is 0
  double sd_deg = 0;
  double resultant = 0; // R, in [0, 1]
};
// All NaN for no angles, or where one is NaN.
CircularStatistics circular_statistics(std::span<const double> angles_deg);
// From R e^{i mean} itself.
CircularStatistics circular_statistics(double mean_cos, double mean_sin);

} // namespace pursuit
