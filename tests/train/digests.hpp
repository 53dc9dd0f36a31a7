// The bits of an engine, by SHA-256 of short trainings on synthetic data.
#pragma once

#include <string>
#include <vector>

#include "base/sha256.hpp"
#include "train/small_runs.hpp"

namespace pursuit {

// The first 16 digits of a hash over weights, activation parameters and losses.
inline std::string digest(const TrainOutcome &outcome) {
  std::string bytes;
  const Network &n = outcome.network;
  for (const std::vector<double> *values :
       {&n.w, &n.w_in, &n.w_out, &n.activation.input_gain, &n.activation.threshold,
        &n.activation.response_gain, &outcome.losses}) {
    bytes.append(reinterpret_cast<const char *>(values->data()), values->size() * sizeof(double));
  }
  return sha256_hex(bytes).substr(0, 16);
}

// A line for each size: stage 1, its stage 2 of each activation parameter, prior_input.
inline std::string digests(const std::string &engine_name, const std::vector<std::int64_t> &sizes) {
  const std::unique_ptr<Engine> engine = make_engine({engine_name});
  const auto trained = [&](std::int64_t n, Mode mode, int stage, Activation activation,
                           const std::optional<Network> &parent = std::nullopt) {
    RunSpec spec = small_spec(3, 20);
    spec.settings.N = n;
    spec.mode = mode;
    spec.stage = stage;
    spec.settings.activation = activation;
    SteppingClock clock(0);
    return outcomes_of(*engine, {item_of(spec, parent)}, {}, clock).at(0);
  };
  std::string text;
  for (std::int64_t n : sizes) {
    const TrainOutcome stage_1 = trained(n, Mode::activation, 1, Activation::input_gain);
    text += digest(stage_1) + " ";
    for (Activation a :
         {Activation::input_gain, Activation::threshold, Activation::response_gain}) {
      text += digest(trained(n, Mode::activation, 2, a, stage_1.network)) + " ";
    }
    text += digest(trained(n, Mode::prior_input, 1, Activation::input_gain)) + "\n";
  }
  return text;
}

} // namespace pursuit
