// LibTorch's autograd against the plain loops: the same network, written twice.
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <regex>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "torch_case.hpp"

namespace pursuit::test {

namespace {

double largest(const std::vector<double> &values) {
  double result = 0;
  for (double value : values) result = std::max(result, std::fabs(value));
  return result;
}

// Tolerance relative to the largest element: that is what the sums of a tensor are rounded against.
void expect_near(const std::vector<double> &a, const std::vector<double> &b, double tolerance,
                 const char *name) {
  ASSERT_EQ(a.size(), b.size()) << name;
  const double scale = std::max(largest(a), largest(b));
  double difference = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    difference = std::max(difference, std::fabs(a[i] - b[i]));
  }
  EXPECT_LE(difference, tolerance * scale) << name;
}

void expect_near(const Tensors &a, const Tensors &b, double tolerance, const std::string &of) {
  expect_near(a.w, b.w, tolerance, (of + " w").c_str());
  expect_near(a.w_in, b.w_in, tolerance, (of + " w_in").c_str());
  expect_near(a.w_out, b.w_out, tolerance, (of + " w_out").c_str());
  for (const ActivationParameter &row : k_activation_parameters)
    expect_near(a.activation[row.which], b.activation[row.which], tolerance,
                (of + " " + std::string(row.name)).c_str());
  expect_near({a.b_out}, {b.b_out}, tolerance, (of + " b_out").c_str());
}

void expect_near(const Network &a, const Network &b, double tolerance) {
  expect_near(a.w, b.w, tolerance, "w");
  expect_near(a.w_in, b.w_in, tolerance, "w_in");
  expect_near(a.w_out, b.w_out, tolerance, "w_out");
  expect_near({a.b_out}, {b.b_out}, tolerance, "b_out");
  expect_near(a.activation.input_gain, b.activation.input_gain, tolerance, "input_gain");
  expect_near(a.activation.threshold, b.activation.threshold, tolerance, "threshold");
  expect_near(a.activation.response_gain, b.activation.response_gain, tolerance, "response_gain");
}

// `updates` updates of one network on both engines, compared after each.
void compare(Engine &torch, Engine &reference, const Case &c, int updates, double tolerance) {
  const std::unique_ptr<GivenTraining> a = start_given(torch, {make_state(c, 1)});
  const std::unique_ptr<GivenTraining> b = start_given(reference, {make_state(c, 1)});
  for (int update = 0; update < updates; ++update) {
    SCOPED_TRACE(update);
    const std::vector<Trial> trial = {make_test_trial(c, static_cast<unsigned>(update))};
    a->update(trial);
    b->update(trial);
    expect_near(a->take_losses()[0], b->take_losses()[0], tolerance, "loss");
    const LastUpdate last_a = a->last_update(0), last_b = b->last_update(0);
    expect_near(last_a.x, last_b.x, tolerance, "x");
    expect_near(last_a.o, last_b.o, tolerance, "o");
    expect_near(last_a.gradients, last_b.gradients, tolerance, "gradient of");
  }
  const TrainingState end_a = a->state(0), end_b = b->state(0);
  expect_near(end_a.network, end_b.network, tolerance);
  expect_near(end_a.m, end_b.m, tolerance, "m of");
  expect_near(end_a.v, end_b.v, tolerance, "v of");
  EXPECT_EQ(end_a.updates, updates);
  EXPECT_EQ(end_a.beta1_power, end_b.beta1_power);
  EXPECT_EQ(end_a.beta2_power, end_b.beta2_power);
}

// All sizes of one kind of network: each test is a process of its own, and loading LibTorch takes time.
constexpr std::array<int, 4> k_sizes = {1, 3, 17, 40};

std::vector<Case> all_kinds() {
  return {{0, 3, ActivationSet()},
          {0, 2, ActivationSet()},
          {0, 2, Activation::input_gain},
          {0, 2, Activation::threshold},
          {0, 2, Activation::response_gain},
          {0, 2, ActivationSet::from_bits(3)},
          {0, 2, ActivationSet::from_bits(7)}};
}

// Five networks of different tau and learning rate, in one pack and each alone.
void compare_pack(Engine &engine, const Case &c, double tolerance) {
  constexpr unsigned k_pack = 5, k_updates = 4;
  std::vector<TrainingState> states;
  std::vector<std::unique_ptr<GivenTraining>> alone;
  for (unsigned i = 0; i < k_pack; ++i) states.push_back(make_state(c, i));
  for (const TrainingState &state : states) alone.push_back(start_given(engine, {state}));
  const std::unique_ptr<GivenTraining> pack = start_given(engine, states);
  for (unsigned update = 0; update < k_updates; ++update) {
    std::vector<Trial> trials;
    for (unsigned i = 0; i < k_pack; ++i) trials.push_back(make_test_trial(c, 10 * update + i));
    pack->update(trials);
    for (unsigned i = 0; i < k_pack; ++i) alone[i]->update({&trials[i], 1});
  }
  const std::vector<std::vector<double>> losses = pack->take_losses();
  ASSERT_EQ(losses.size(), k_pack);
  for (unsigned i = 0; i < k_pack; ++i) {
    SCOPED_TRACE(i);
    EXPECT_EQ(losses[i].size(), k_updates);
    expect_near(losses[i], alone[i]->take_losses()[0], tolerance, "loss");
    const TrainingState a = pack->state(i), b = alone[i]->state(0);
    expect_near(a.network, b.network, tolerance);
    expect_near(a.m, b.m, tolerance, "m of");
    expect_near(a.v, b.v, tolerance, "v of");
    expect_near(pack->last_update(i).x, alone[i]->last_update(0).x, tolerance, "x");
  }
}

void expect_same_bits(const TrainingState &a, const TrainingState &b) {
  expect_near(a.network, b.network, 0);
  expect_near(a.m, b.m, 0, "m of");
  expect_near(a.v, b.v, 0, "v of");
}

TrialSource test_trials(const Case &c) {
  return TrialSource([c](std::uint32_t trial) { return make_test_trial(c, trial); });
}

// Three networks: one is there from the first trial, one comes after two and ends after two, one comes after three and leaves
// in the middle.
void compare_comers_and_goers(Engine &engine, const Case &c, double tolerance) {
  const std::unique_ptr<Training> training = engine.start();
  const MemberId first = training->add(make_state(c, 0), test_trials(c), 7);
  for (int t = 0; t < 2; ++t) training->advance(1);
  const MemberId second = training->add(make_state(c, 1), test_trials(c), 2);
  training->advance(1);
  const MemberId third = training->add(make_state(c, 2), test_trials(c), 9);
  for (int t = 0; t < 2; ++t) training->advance(1);
  const TrainingState left = training->remove(third);
  for (int t = 0; t < 2; ++t) training->advance(1);
  EXPECT_EQ(training->take_losses(first).size(), 7U);
  EXPECT_EQ(training->take_losses(second).size(), 2U);
  const std::vector<TrainingState> ends = {training->state(first), training->state(second), left};
  for (unsigned i = 0; i < 3; ++i) {
    SCOPED_TRACE(i);
    const std::unique_ptr<Training> alone = engine.start();
    const MemberId network = alone->add(make_state(c, i), test_trials(c), ends[i].updates);
    for (std::int64_t t = 0; t < ends[i].updates; ++t) alone->advance(1);
    const TrainingState end = alone->state(network);
    expect_near(ends[i].network, end.network, tolerance);
    expect_near(ends[i].m, end.m, tolerance, "m of");
    EXPECT_EQ(ends[i].beta2_power, end.beta2_power);
    EXPECT_EQ(alone->fault(network), "");
  }
  EXPECT_EQ(ends[2].updates, 2);
}

// Halted after three of six updates and started again from its state.
void compare_halted(Engine &engine, const Case &c) {
  const std::unique_ptr<GivenTraining> through = start_given(engine, {make_state(c, 2)});
  std::unique_ptr<GivenTraining> halted = start_given(engine, {make_state(c, 2)});
  for (unsigned update = 0; update < 6; ++update) {
    const std::vector<Trial> trial = {make_test_trial(c, update)};
    through->update(trial);
    if (update == 3) halted = start_given(engine, {halted->state(0)});
    halted->update(trial);
  }
  expect_same_bits(halted->state(0), through->state(0));
  EXPECT_EQ(halted->state(0).updates, 6);
}

// What has a gradient moves; what has none keeps its bits.
void compare_with_start(Engine &engine, const Case &c) {
  const TrainingState start = make_state(c, 0);
  const std::unique_ptr<GivenTraining> training = start_given(engine, {start});
  const std::vector<Trial> trial = {make_test_trial(c, 1)};
  for (int update = 0; update < 3; ++update) training->update(trial);
  const Network before = start.network, after = training->state(0).network;
  const Tensors gradients = training->last_update(0).gradients;
  EXPECT_EQ(after.w != before.w, largest(gradients.w) > 0);
  EXPECT_EQ(after.w_in != before.w_in, largest(gradients.w_in) > 0);
  EXPECT_EQ(after.w_out != before.w_out, largest(gradients.w_out) > 0);
  EXPECT_EQ(after.b_out != before.b_out, c.trained == ActivationSet());
  for (const ActivationParameter &row : k_activation_parameters) {
    const std::vector<double> &gradient = gradients.activation[row.which];
    EXPECT_EQ(after.activation[row.which] != before.activation[row.which], largest(gradient) > 0);
    EXPECT_EQ(gradient.empty(), !c.trained.contains(row.which)) << row.name;
  }
  EXPECT_EQ(gradients.w.empty(), !c.trained.empty());
}

} // namespace

class TorchEngine : public testing::TestWithParam<Case> {
protected:
  template <class Check> void for_all_sizes(Check check) {
    for (int n : k_sizes) {
      Case c = GetParam();
      c.n = n;
      SCOPED_TRACE(testing::PrintToString(c));
      check(c);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(All, TorchEngine, testing::ValuesIn(all_kinds()),
                         [](const testing::TestParamInfo<Case> &c) { return kind(c.param); });

// Both round at 1e-16; a sum over 149 steps and the recurrence through them grow that by less than 1e5.
TEST_P(TorchEngine, InDoubleAgreesWithTheReferenceInDouble) {
  const std::unique_ptr<Engine> torch = torch_engine("torch-double");
  const std::unique_ptr<Engine> reference = make_engine({"reference-double", "cpu", 0.9});
  for_all_sizes([&](const Case &c) { compare(*torch, *reference, c, 4, 1e-10); });
}

// Both round at 6e-8; the same growth, which double shows to be below 100, gives 1e-5. One update only,
// since Adam turns the rounding of a gradient near 0 into a step of full size.
TEST_P(TorchEngine, InFloatAgreesWithTheReferenceInFloat) {
  const std::unique_ptr<Engine> torch = torch_engine();
  const std::unique_ptr<Engine> reference = make_engine({"reference", "cpu", 0.9});
  for_all_sizes([&](const Case &c) { compare(*torch, *reference, c, 1, 1e-5); });
}

TEST_P(TorchEngine, APackHasTheBitsOfEachNetworkAlone) {
  const std::unique_ptr<Engine> engine = torch_engine();
  for_all_sizes([&](const Case &c) { compare_pack(*engine, c, 0); });
}

// Batched kernels, as on a GPU: another order of the same sums, see above.
TEST_P(TorchEngine, ABatchedPackTrainsLikeEachNetworkAlone) {
  const std::unique_ptr<Engine> engine = torch_engine("torch-double");
  for_all_sizes([&](const Case &c) { compare_pack(*engine, c, 1e-10); });
}

TEST_P(TorchEngine, NetworksThatComeAndGoTrainAsAlone) {
  const std::unique_ptr<Engine> one_by_one = torch_engine();
  const std::unique_ptr<Engine> batched = torch_engine("torch-double");
  for_all_sizes([&](const Case &c) {
    compare_comers_and_goers(*one_by_one, c, 0);
    compare_comers_and_goers(*batched, c, 1e-10);
  });
}

TEST(TorchEngineEdges, ANumberThatIsNotFiniteIsFound) {
  const Case c{3, 2, Activation::threshold};
  for (const char *name : {"torch", "torch-double"}) {
    TrainingState state = make_state(c, 0);
    state.network.w_out[5] = std::numeric_limits<double>::quiet_NaN();
    const std::unique_ptr<Training> training = torch_engine(name)->start();
    const MemberId network = training->add(state, test_trials(c), 2);
    training->advance(1);
    EXPECT_EQ(training->fault(network), "trial 1: w_out is not finite");
  }
}

TEST_P(TorchEngine, GoesOnFromASavedStateWithTheSameBits) {
  const std::unique_ptr<Engine> engine = torch_engine();
  for_all_sizes([&](const Case &c) { compare_halted(*engine, c); });
}

TEST_P(TorchEngine, LeavesFrozenTensorsAsTheyAre) {
  const std::unique_ptr<Engine> engine = torch_engine();
  for_all_sizes([&](const Case &c) { compare_with_start(*engine, c); });
}

TEST(TorchEngineEdges, ALossOfZeroHasGradientZero) {
  const Case c{5, 2, ActivationSet()};
  TrainingState state = make_state(c, 0);
  state.network.w_out.assign(10, 0);
  state.network.b_out = 0;
  Trial trial = make_test_trial(c, 0);
  trial.z.assign(trial.z.size(), 0);
  const std::unique_ptr<GivenTraining> training = start_given(*torch_engine(), {state});
  training->update({&trial, 1});
  EXPECT_EQ(training->take_losses()[0], std::vector<double>{0});
  EXPECT_EQ(largest(training->last_update(0).gradients.w_out), 0);
  EXPECT_EQ(training->state(0).network.w, state.network.w);
  EXPECT_EQ(training->state(0).network.w_out, state.network.w_out);
}

// x = 0 through the whole trial: tanh is at the clip's edge, where the gradient passes, and
// d loss / d threshold = -sum_t (W_out^T (o - z)/loss) = -149 * 2 * (-1) / sqrt(2 * 149).
TEST(TorchEngineEdges, TheGradientPassesAtTheEdgeOfTheClip) {
  const Case c{1, 2, Activation::threshold};
  TrainingState state = make_state(c, 0);
  Network &network = state.network;
  network.w = {0}, network.w_in = {0, 0}, network.w_out = {1, 1}, network.b_out = 0;
  network.activation.input_gain = {1}, network.activation.threshold = {0},
  network.activation.response_gain = {1};
  Trial trial = make_test_trial(c, 0);
  trial.z.assign(trial.z.size(), 1);
  const std::vector<float> zeros(k_steps, 0.0F);
  trial.noise.given_x0 = {zeros.data(), 1};
  trial.noise.given_addend = {zeros.data(), k_steps - 1};
  const std::unique_ptr<GivenTraining> training =
      start_given(*torch_engine("torch-double"), {state});
  training->update({&trial, 1});
  EXPECT_NEAR(training->last_update(0).gradients.activation.threshold[0], std::sqrt(2.0 * 149),
              1e-12);
}

TEST(TorchEngineEdges, ItsNumericsNameTheLibraryAndTheKernels) {
  const std::regex name("torch-2\\.11\\.0-cpu-(avx512|avx2|default)");
  EXPECT_TRUE(std::regex_match(torch_engine()->numerics(), name)) << torch_engine()->numerics();
}

TEST(TorchEngineEdges, ADeviceThatIsNotThereIsTheUsersFault) {
  torch_engine();
  EXPECT_THROW(make_engine({"torch", "cuda:999", 0.9}), ConfigError);
  EXPECT_THROW(make_engine({"torch", "tpu", 0.9}), ConfigError);
  EXPECT_THROW(make_engine({"torch", "cuda:x", 0.9}), ConfigError);
}

// Siblings are for engines that train them with gain.
TEST(TorchEngineEdges, ABatchOfNetworksThatTrainDifferentParametersIsABug) {
  const Case gain{5, 2, Activation::input_gain}, threshold{5, 2, Activation::threshold};
  EXPECT_THROW(
      start_given(*torch_engine("torch-double"), {make_state(gain, 0), make_state(threshold, 0)}),
      InternalError);
}

// A matrix of 32 TB: the scheduler halves a pack on these words.
TEST(TorchEngineEdges, WantOfMemoryIsARunErrorThatSaysSo) {
  TrainingState state = make_state({1, 2, ActivationSet()}, 0);
  state.network.n = 2'000'000;
  try {
    torch_engine()->start()->add(state, TrialSource(TrialSource::Given()), 1);
    FAIL() << "it found the memory";
  } catch (const RunError &error) {
    EXPECT_EQ(std::string(error.what()).rfind("out of memory", 0), 0U) << error.what();
  }
}

} // namespace pursuit::test
