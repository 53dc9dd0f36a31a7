// Networks and trials with every activation parameter away from its initial value.
#pragma once

#include <ostream>
#include <string>

#include "engine/engine.hpp"
#include "support/given_training.hpp"

namespace pursuit::test {

struct Case {
  int n = 1;
  int k = 2;
  ActivationSet trained = ActivationSet();
};
std::string kind(const Case &torch_case); // "weights_of_2_inputs": a test's name
void PrintTo(const Case &torch_case, std::ostream *out);

// Values are exact in float. Networks of one case differ by `which`: weights, tau, learning rate.
TrainingState make_state(const Case &torch_case, unsigned which);

Trial make_test_trial(const Case &torch_case, unsigned which);

// From the module of this build.
std::unique_ptr<Engine> torch_engine(const std::string &name = "torch");

} // namespace pursuit::test
