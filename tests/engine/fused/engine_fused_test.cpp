// The fused engine against the reference, and what must not change its bits or hide a fault. (What
// holds for every engine is in tests/engine.)
#include <gtest/gtest.h>

#include <cfenv>
#include <cmath>
#include <limits>
#if defined(__x86_64__)
#include <xmmintrin.h>
#endif

#include "engine/cases.hpp"
#include "engine/engine_table.hpp"
#include "support/simd_choice.hpp"
#include "train/small_runs.hpp"

namespace pursuit {
namespace {

struct Result {
  double loss = 0;
  LastUpdate last;
  TrainingState after;
};

Result update_once(const std::string &engine, const TrainingState &state, const Trial &trial) {
  const std::unique_ptr<GivenTraining> training = start_given(*make_engine({engine}), {state});
  training->update(std::span<const Trial>(&trial, 1));
  return {training->take_losses().at(0).at(0), training->last_update(0), training->state(0)};
}

// The largest difference, in units of the tensor's largest value.
double distance(const std::vector<double> &a, const std::vector<double> &b) {
  EXPECT_EQ(a.size(), b.size());
  double difference = 0, largest = 0;
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    difference = std::max(difference, std::fabs(a[i] - b[i]));
    largest = std::max(largest, std::fabs(b[i]));
  }
  return largest == 0 ? difference : difference / largest;
}

struct Rung {
  int n, k;
  ActivationSet trained;
};

void PrintTo(const Rung &r, std::ostream *out) {
  *out << "N=" << r.n << " k=" << r.k << " trained=" << name_of(r.trained);
}

class Ladder : public testing::TestWithParam<Rung> {};

// Both engines round at 6e-8 (one ulp is 1.2e-7) in their own order. Per tensor, of its largest value:
//   x, o       a sum of N terms rounds at sqrt(N) 6e-8 and tau / dt steps remember it: 2e-6
//   gradients  150 steps backward on such states, then a sum over 150 steps: 1e-5, as for the
//              reference in float against double
//   loss       298 squares of o: 1e-6
TEST_P(Ladder, AgreesWithTheReferencePerTensor) {
  const auto [n, k, trained] = GetParam();
  const TrainingState state = some_state(n, k, trained);
  const GivenTrial given = some_trial(n, k);
  const Result a = update_once("fused", state, given.trial);
  const Result b = update_once("reference", state, given.trial);
  EXPECT_NEAR(a.loss, b.loss, 1e-6 * b.loss);
  EXPECT_LE(distance(a.last.x, b.last.x), 2e-6);
  EXPECT_LE(distance(a.last.o, b.last.o), 2e-6);
  const Tensors &g = a.last.gradients, &h = b.last.gradients;
  EXPECT_LE(distance(g.w, h.w), 1e-5);
  EXPECT_LE(distance(g.w_in, h.w_in), 1e-5);
  EXPECT_LE(distance(g.w_out, h.w_out), 1e-5);
  EXPECT_LE(distance({g.b_out}, {h.b_out}), 1e-5);
  EXPECT_LE(distance(all_values(g.activation), all_values(h.activation)), 1e-5);
}

// States at the edges of the network's range, by what is done to some_state.
struct Edge {
  const char *name;
  void (*change)(TrainingState &state);
};

const Edge k_edges[] = {
    {"every unit silent", [](TrainingState &s) { s.network.activation.threshold.assign(37, 100); }},
    {"units saturated",
     [](TrainingState &s) {
       for (double &w : s.network.w_in) w *= 64;
     }},
    {"no recurrence", [](TrainingState &s) { s.network.w.assign(37 * 37, 0); }},
    {"no memory", [](TrainingState &s) { s.network.tau_ms = 1; }},
    {"response gains of 0",
     [](TrainingState &s) { s.network.activation.response_gain.assign(37, 0); }}};

// Tolerances as above. (In float `units saturated` loses 1 - tanh^2 to cancellation, in both engines
// alike: their tanh is the same function.)
TEST(Fused, AgreesWithTheReferenceAtTheEdges) {
  for (const Edge &edge : k_edges) {
    for (ActivationSet trained : every_training()) {
      TrainingState state = some_state(37, 2, trained);
      edge.change(state);
      const GivenTrial given = some_trial(37, 2);
      const Result a = update_once("fused", state, given.trial);
      const Result b = update_once("reference", state, given.trial);
      SCOPED_TRACE(edge.name);
      EXPECT_NEAR(a.loss, b.loss, 1e-6 * b.loss);
      EXPECT_LE(distance(a.last.x, b.last.x), 2e-6);
      EXPECT_LE(distance(a.last.gradients.w, b.last.gradients.w), 1e-5);
      EXPECT_LE(distance(a.last.gradients.w_in, b.last.gradients.w_in), 1e-5);
      EXPECT_LE(distance(a.last.gradients.w_out, b.last.gradients.w_out), 1e-5);
      EXPECT_LE(distance(all_values(a.last.gradients.activation),
                         all_values(b.last.gradients.activation)),
                1e-5);
    }
  }
}

// From equal gradients Adam's first step differs by rounding alone. m and v are products with 0.1 and
// 0.001 of gradients that differ by 1e-5 of the largest.
TEST_P(Ladder, AdamsMomentsAgreeWithTheReference) {
  const auto [n, k, trained] = GetParam();
  const TrainingState state = some_state(n, k, trained);
  const GivenTrial given = some_trial(n, k);
  const TrainingState a = update_once("fused", state, given.trial).after;
  const TrainingState b = update_once("reference", state, given.trial).after;
  EXPECT_LE(distance(a.m.w, b.m.w), 1e-5);
  EXPECT_LE(distance(a.v.w, b.v.w), 2e-5);
  EXPECT_LE(distance(a.m.w_out, b.m.w_out), 1e-5);
  EXPECT_LE(distance(all_values(a.m.activation), all_values(b.m.activation)), 1e-5);
  EXPECT_LE(distance(all_values(a.v.activation), all_values(b.v.activation)), 2e-5);
  EXPECT_EQ(a.beta1_power, b.beta1_power);
  EXPECT_EQ(a.beta2_power, b.beta2_power);
}

INSTANTIATE_TEST_SUITE_P(
    Sizes, Ladder,
    testing::Values(Rung{1, 2, ActivationSet()}, Rung{3, 3, ActivationSet()},
                    Rung{37, 2, ActivationSet()}, Rung{100, 2, ActivationSet()},
                    Rung{100, 3, ActivationSet()}, Rung{257, 2, ActivationSet()},
                    Rung{1, 2, Activation::input_gain}, Rung{37, 2, Activation::input_gain},
                    Rung{37, 2, Activation::threshold}, Rung{37, 2, Activation::response_gain},
                    Rung{100, 2, Activation::input_gain}, Rung{100, 2, Activation::threshold},
                    Rung{100, 2, Activation::response_gain}));

std::vector<double> all_of(const Result &result) {
  std::vector<double> all = result.after.network.w;
  for (const std::vector<double> *more :
       {&result.after.m.w, &result.after.v.w, &result.last.x, &result.last.o}) {
    all.insert(all.end(), more->begin(), more->end());
  }
  return all;
}

// A host may have set another rounding, or flush-to-zero as -ffast-math libraries do when loaded.
TEST(Fused, TheHostsFloatingPointSettingsAreNotUsedAndNotLost) {
  const TrainingState state = some_state(37, 2, ActivationSet());
  const GivenTrial given = some_trial(37, 2);
  const std::vector<double> expected = all_of(update_once("fused", state, given.trial));
  const std::unique_ptr<GivenTraining> training = start_given(*make_engine({"fused"}), {state});
  ASSERT_EQ(std::fesetround(FE_UPWARD), 0);
#if defined(__x86_64__)
  _mm_setcsr(_mm_getcsr() | 0x8040); // flush to zero, subnormals are zeros
#endif
  training->update(std::span<const Trial>(&given.trial, 1));
  EXPECT_EQ(std::fegetround(), FE_UPWARD);
#if defined(__x86_64__)
  EXPECT_EQ(_mm_getcsr() & 0x8040, 0x8040u);
#endif
  std::fesetenv(FE_DFL_ENV);
  EXPECT_EQ(all_of({0, training->last_update(0), training->state(0)}), expected);
}

// The column of a silent unit is skipped: no loss shows what is in it, the check of the parameters
// does.
TEST(Fused, NanInTheColumnOfASilentUnitFailsTheRun) {
  TrainItem item = item_of(small_spec(1, 3));
  item.state.network.w.assign(36, 0.0);
  item.state.network.w_in.assign(12, 0.0);
  item.state.network.activation.threshold[2] = 100; // silent
  item.state.network.w[2 * 6 + 1] = std::numeric_limits<double>::quiet_NaN();
  SteppingClock clock(0);
  const TrainOutcome outcome = outcomes_of(*make_engine({"fused"}), {item}, {}, clock).at(0);
  EXPECT_EQ(outcome.error, "trial 3: w is not finite");
}

TEST(Fused, NanInEachParameterFailsTheRun) {
  for (std::size_t tensor = 0; tensor < 6; ++tensor) {
    TrainItem item = item_of(small_spec(1, 3));
    Network &n = item.state.network;
    std::vector<double> *const tensors[] = {&n.w,
                                            &n.w_in,
                                            &n.w_out,
                                            &n.activation.input_gain,
                                            &n.activation.threshold,
                                            &n.activation.response_gain};
    tensors[tensor]->back() = std::numeric_limits<double>::quiet_NaN();
    SteppingClock clock(0);
    const TrainOutcome outcome = outcomes_of(*make_engine({"fused"}), {item}, {}, clock).at(0);
    EXPECT_NE(outcome.error.find("is not finite"), std::string::npos) << outcome.error;
  }
}

TEST(Fused, NanInAnyInputShowsInTheLossUnderEveryInstructionSet) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const TrainingState state = some_state(37, 2, ActivationSet());
  for (int place = 0; place < 4; ++place) {
    GivenTrial given = some_trial(37, 2);
    if (place == 0) given.trial.u[100] = nan;
    if (place == 1) given.trial.z[100] = nan;
    if (place == 2) given.x0[36] = std::numeric_limits<float>::quiet_NaN();
    if (place == 3) given.addend[37 * 148 + 36] = std::numeric_limits<float>::quiet_NaN();
    for (const char *simd : {"scalar", ""}) {
      const SimdChoice choice(simd);
      EXPECT_TRUE(std::isnan(update_once("fused", state, given.trial).loss)) << place << simd;
    }
  }
}

TEST(Fused, Numerics) {
  EXPECT_EQ(make_engine({"fused"})->numerics(), "fused-1");
  EXPECT_EQ(engine_table().front().name, "fused");
  EXPECT_EQ(chosen_engine("auto", false), "fused");
}

} // namespace
} // namespace pursuit
