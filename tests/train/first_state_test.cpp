// Where a training starts.
#include <gtest/gtest.h>

#include <cmath>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "small_runs.hpp"

namespace pursuit {
namespace {

RunSpec large_spec() {
  RunSpec spec = small_spec();
  spec.settings.N = 200;
  spec.settings.gain = 1.5;
  return spec;
}

double deviation(const std::vector<double> &values) {
  double sum = 0;
  for (double v : values) sum += v * v;
  return std::sqrt(sum / static_cast<double>(values.size()));
}

TEST(InitialNetwork, HasTheDeviationsOfTheStudy) {
  const Network network = initial_network(large_spec());
  // five standard errors of a standard deviation: 5 / sqrt(2 n)
  EXPECT_NEAR(deviation(network.w), 1.5 / std::sqrt(200.0),
              1.5 / std::sqrt(200.0) * 5 / std::sqrt(2.0 * 40000));
  EXPECT_NEAR(deviation(network.w_in), std::sqrt(0.5), std::sqrt(0.5) * 5 / std::sqrt(2.0 * 400));
  EXPECT_EQ(network.w_out, std::vector<double>(400));
  EXPECT_EQ(network.b_out, 0);
  EXPECT_EQ(network.tau_ms, 20);
}

TEST(InitialNetwork, HoldsFloatsAndTheSameOnesForASeed) {
  const Network network = initial_network(large_spec());
  for (double w : network.w) ASSERT_EQ(w, static_cast<double>(static_cast<float>(w)));
  RunSpec other = large_spec();
  EXPECT_EQ(initial_network(other).w, network.w);
  other.seed = 2;
  EXPECT_NE(initial_network(other).w, network.w);
}

// Pairs of runs that differ in gain share their draws.
TEST(InitialNetwork, GainScalesTheSameDraws) {
  RunSpec doubled = large_spec();
  doubled.settings.gain = 3;
  const Network a = initial_network(large_spec()), b = initial_network(doubled);
  for (std::size_t i = 0; i < a.w.size(); ++i) ASSERT_EQ(b.w[i], 2 * a.w[i]);
  EXPECT_EQ(b.w_in, a.w_in);
}

TEST(InitialNetwork, PriorInputHasThreeChannels) {
  RunSpec spec = large_spec();
  spec.mode = Mode::prior_input;
  const Network network = initial_network(spec);
  EXPECT_EQ(network.k, 3);
  EXPECT_EQ(network.w_in.size(), 600u);
  EXPECT_NEAR(deviation(network.w_in), std::sqrt(1 / 3.0),
              5 * std::sqrt(1 / 3.0) / std::sqrt(1200.0));
}

TEST(InitialNetwork, BitsAreThoseOfTheFirstVersion) {
  const Network network = initial_network(large_spec());
  std::string bytes(reinterpret_cast<const char *>(network.w.data()),
                    network.w.size() * sizeof(double));
  bytes.append(reinterpret_cast<const char *>(network.w_in.data()),
               network.w_in.size() * sizeof(double));
  EXPECT_EQ(sha256_hex(bytes), "fd23ccf2d9115f3ed610e39d3a1d8bd44ac35881d296cd5102a79e97cea3757a");
}

TEST(FirstState, Stage2TakesWeightsAndTauFromItsParentAndResetsTheActivation) {
  Network parent = initial_network(large_spec());
  parent.tau_ms = 44;
  parent.activation.threshold.assign(200, 0.5);
  RunSpec spec = small_spec();
  spec.stage = 2;
  spec.settings.activation = Activation::response_gain;
  const TrainingState state = first_state(spec, parent);
  EXPECT_EQ(state.trained, Activation::response_gain);
  EXPECT_EQ(state.network.n, 200);
  EXPECT_EQ(state.network.tau_ms, 44);
  EXPECT_EQ(state.network.w, parent.w);
  EXPECT_EQ(state.network.activation.threshold, std::vector<double>(200, 0.0));
  EXPECT_EQ(state.network.activation.response_gain, std::vector<double>(200, 1.0));
  EXPECT_EQ(state.learning_rate, 1e-3);
}

TEST(FirstState, PriorInputParentHasNoStage2) {
  RunSpec spec = small_spec();
  spec.mode = Mode::prior_input;
  const Network parent = initial_network(spec);
  RunSpec stage_2 = small_spec();
  stage_2.stage = 2;
  EXPECT_THROW(first_state(stage_2, parent), RunError);
  EXPECT_THROW(first_state(stage_2, std::nullopt), InternalError);
}

} // namespace
} // namespace pursuit
