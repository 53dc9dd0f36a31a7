// The first two rungs of the ladder: gradients against finite differences in double, and float
// against double, for every trained tensor.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "cases.hpp"

namespace pursuit {
namespace {

struct Result {
  double loss = 0;
  LastUpdate last;
};

Result update_once(const std::string &engine, const TrainingState &state, const Trial &trial) {
  const std::unique_ptr<GivenTraining> training = start_given(*make_engine({engine}), {state});
  training->update(std::span<const Trial>(&trial, 1));
  return {training->take_losses().at(0).at(0), training->last_update(0)};
}

// A trained tensor: where it lies in the network, and its gradient.
struct Tensor {
  std::string name;
  std::function<std::vector<double> *(Network &)> values; // none: b_out
  std::vector<double> gradient;
};

std::vector<Tensor> trained_tensors(ActivationSet trained, const Tensors &g) {
  if (trained.empty())
    return {{"w", [](Network &n) { return &n.w; }, g.w},
            {"w_in", [](Network &n) { return &n.w_in; }, g.w_in},
            {"w_out", [](Network &n) { return &n.w_out; }, g.w_out},
            {"b_out", {}, {g.b_out}}};
  std::vector<Tensor> tensors;
  for (const Activation parameter : trained.members())
    tensors.push_back({std::string(to_text(parameter)),
                       [parameter](Network &n) { return &n.activation[parameter]; },
                       g.activation[parameter]});
  return tensors;
}

double &element(Network &network, const Tensor &tensor, std::size_t i) {
  return tensor.values ? tensor.values(network)->at(i) : network.b_out;
}

double largest(const std::vector<double> &values) {
  double most = 0;
  for (double v : values) most = std::max(most, std::fabs(v));
  return most;
}

double largest_difference(const std::vector<double> &a, const std::vector<double> &b) {
  EXPECT_EQ(a.size(), b.size());
  double most = 0;
  for (std::size_t i = 0; i < a.size(); ++i) most = std::max(most, std::fabs(a[i] - b[i]));
  return most;
}

struct Ladder {
  int n, k;
  ActivationSet trained;
};

void PrintTo(const Ladder &l, std::ostream *out) {
  *out << "N=" << l.n << " k=" << l.k << " trained=" << name_of(l.trained);
}

class GradientLadder : public testing::TestWithParam<Ladder> {};

// Central differences with h = 1e-5: truncation h^2 f''' / 6 is about 1e-10 of the gradient, rounding
// 1e-16 loss / h about 1e-10. A state that passes the kink of clip within h costs h times the change
// of slope, 1e-5 of one of 150 N terms: hence 1e-6 of the tensor's largest gradient.
TEST_P(GradientLadder, AgreesWithFiniteDifferencesInDouble) {
  const auto [n, k, trained] = GetParam();
  const TrainingState state = some_state(n, k, trained);
  const GivenTrial given = some_trial(n, k);
  const Result result = update_once("reference-double", state, given.trial);
  for (const Tensor &tensor : trained_tensors(trained, result.last.gradients)) {
    const double tolerance = 1e-6 * largest(tensor.gradient) + 1e-10;
    for (std::size_t i = 0; i < tensor.gradient.size(); ++i) {
      constexpr double h = 1e-5;
      TrainingState above = state, below = state;
      element(above.network, tensor, i) += h;
      element(below.network, tensor, i) -= h;
      const double slope = (update_once("reference-double", above, given.trial).loss -
                            update_once("reference-double", below, given.trial).loss) /
                           (2 * h);
      ASSERT_NEAR(tensor.gradient[i], slope, tolerance) << tensor.name << "[" << i << "]";
    }
    EXPECT_GT(largest(tensor.gradient), 0) << tensor.name;
  }
}

// Float rounds at 6e-8; sums over N and over 150 steps and the recurrence raise that to about 1e-6 of
// a tensor's largest value. 1e-5 leaves room for the seed and catches any wrong term.
class FloatLadder : public testing::TestWithParam<std::tuple<const char *, Ladder>> {};

TEST_P(FloatLadder, AgreesWithDouble) {
  const char *engine = std::get<0>(GetParam());
  const auto [n, k, trained] = std::get<1>(GetParam());
  const TrainingState state = some_state(n, k, trained);
  const GivenTrial given = some_trial(n, k);
  const Result single = update_once(engine, state, given.trial);
  const Result precise = update_once("reference-double", state, given.trial);
  EXPECT_NEAR(single.loss, precise.loss, 1e-6 * precise.loss);
  EXPECT_LE(largest_difference(single.last.o, precise.last.o), 1e-5 * largest(precise.last.o));
  EXPECT_LE(largest_difference(single.last.x, precise.last.x), 1e-5 * largest(precise.last.x));
  const std::vector<Tensor> a = trained_tensors(trained, single.last.gradients);
  const std::vector<Tensor> b = trained_tensors(trained, precise.last.gradients);
  for (std::size_t i = 0; i < a.size(); ++i) {
    EXPECT_LE(largest_difference(a[i].gradient, b[i].gradient), 1e-5 * largest(b[i].gradient))
        << a[i].name;
  }
}

const auto k_ladders =
    testing::Values(Ladder{1, 2, ActivationSet()}, Ladder{1, 2, Activation::input_gain},
                    Ladder{1, 2, Activation::threshold}, Ladder{1, 2, Activation::response_gain},
                    Ladder{2, 3, ActivationSet()}, Ladder{2, 2, Activation::threshold},
                    Ladder{17, 2, ActivationSet()}, Ladder{17, 3, ActivationSet()},
                    Ladder{17, 2, Activation::input_gain}, Ladder{17, 2, Activation::threshold},
                    Ladder{17, 2, Activation::response_gain}, Ladder{1, 2, set_of_bits(7)},
                    Ladder{17, 2, set_of_bits(3)}, Ladder{17, 2, set_of_bits(5)},
                    Ladder{17, 2, set_of_bits(6)}, Ladder{17, 2, set_of_bits(7)});
INSTANTIATE_TEST_SUITE_P(Sizes, GradientLadder, k_ladders);
INSTANTIATE_TEST_SUITE_P(Engines, FloatLadder,
                         testing::Combine(testing::Values("reference", "fused"), k_ladders));

// With everything 0 the activation's argument is exactly 0 at every step, where clip has gradient 1:
// with W = 0, d loss / d theta = -sum_{t>=1} W_out . (o - z) / loss.
TEST(Gradient, OfClipIs1AtExactly0) {
  TrainingState state = with_plain_activation(some_state(1, 2, Activation::threshold));
  state.network.w = {0.0};
  state.network.w_in = {0.0, 0.0};
  state.network.w_out = {0.5, 0.25};
  state.network.b_out = 0;
  const std::vector<float> zero_x0(1), zero_noise(k_steps - 1);
  Trial trial{std::vector<double>(2 * k_steps), std::vector<double>(2 * k_steps, 1.0), {}};
  trial.noise.given_x0 = zero_x0;
  trial.noise.given_addend = zero_noise;
  const Result result = update_once("reference-double", state, trial);
  EXPECT_DOUBLE_EQ(result.loss, std::sqrt(2.0 * 149));
  // 149 equal addends, rounded one by one
  EXPECT_NEAR(result.last.gradients.activation.threshold.at(0), 149 * 0.75 / std::sqrt(2.0 * 149),
              1e-12);
}

TEST(Gradient, Is0WhereTheLossIs0) {
  for (const char *engine : {"reference", "reference-double", "fused"}) {
    TrainingState state = some_state(3, 2, ActivationSet());
    state.network.w_out.assign(6, 0.0);
    state.network.b_out = 0;
    GivenTrial given = some_trial(3, 2);
    given.trial.z.assign(2 * k_steps, 0.0);
    const Result result = update_once(engine, state, given.trial);
    EXPECT_EQ(result.loss, 0);
    EXPECT_EQ(result.last.gradients.w, std::vector<double>(9));
    EXPECT_EQ(result.last.gradients.w_out, std::vector<double>(6));
    EXPECT_EQ(result.last.gradients.b_out, 0);
  }
}

// The last input, the last target and the first output have no part in the loss.
TEST(Gradient, LastInputAndLastTargetAreNotUsed) {
  const TrainingState state = some_state(4, 2, ActivationSet());
  GivenTrial given = some_trial(4, 2);
  const Result before = update_once("reference", state, given.trial);
  given.trial.u[2 * 149] = given.trial.u[2 * 149 + 1] = 77;
  given.trial.z[149] = given.trial.z[150 + 149] = 88;
  const Result after = update_once("reference", state, given.trial);
  EXPECT_EQ(after.loss, before.loss);
  EXPECT_EQ(after.last.gradients.w, before.last.gradients.w);
  EXPECT_EQ(after.last.gradients.w_in, before.last.gradients.w_in);
}

// r at t = 0 has no output but drives x_1.
TEST(Gradient, FirstStateTakesPart) {
  const TrainingState state = some_state(4, 2, ActivationSet());
  GivenTrial given = some_trial(4, 2);
  const Result before = update_once("reference", state, given.trial);
  given.x0[1] += 0.5f;
  EXPECT_NE(update_once("reference", state, given.trial).last.gradients.w, before.last.gradients.w);
}

} // namespace
} // namespace pursuit
