// The network as a plain value: what a model file holds and an engine trains. Equations:
// engine/engine.hpp.
#pragma once

#include <vector>

#include "experiment/activation.hpp"

namespace pursuit {

// All matrices are column-major, as in MATLAB. Values are double, which holds every float of a
// model file exactly.
struct Network {
  int n = 0; // units
  int k = 2; // input channels: 2, with the prior's cue 3
  double tau_ms = 0;
  double dt_ms = 1;
  std::vector<double> w;        // (N, N): w[i + N j] is the weight from unit j to unit i
  std::vector<double> w_in;     // (N, k)
  std::vector<double> w_out;    // (2, N)
  double b_out = 0;             // shared by both outputs
  ActivationTensors activation; // (N) each: g, theta, k of r = k clip(tanh(g x - theta), 0, 1)
};

} // namespace pursuit
