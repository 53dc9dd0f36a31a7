#include "torch_case.hpp"

#include <cmath>
#include <cstdlib>
#include <random>

#include "engine/module.hpp"

namespace pursuit::test {

namespace {

std::vector<double> normals(std::mt19937 &random, std::size_t count, double mean, double sd) {
  std::normal_distribution<float> distribution(static_cast<float>(mean), static_cast<float>(sd));
  std::vector<double> values(count);
  for (double &value : values) value = distribution(random);
  return values;
}

} // namespace

std::string kind(const Case &torch_case) {
  std::string trained = torch_case.trained.empty() ? "weights" : to_text(torch_case.trained);
  for (std::size_t at; (at = trained.find('+')) != std::string::npos;)
    trained.replace(at, 1, "_and_"); // the name of a test holds no +
  return trained + "_of_" + std::to_string(torch_case.k) + "_inputs";
}

void PrintTo(const Case &torch_case, std::ostream *out) {
  *out << "N " << torch_case.n << " " << kind(torch_case);
}

TrainingState make_state(const Case &torch_case, unsigned which) {
  std::mt19937 random(1000 + which);
  const std::size_t n = static_cast<std::size_t>(torch_case.n);
  const std::size_t k = static_cast<std::size_t>(torch_case.k);
  TrainingState state;
  Network &network = state.network;
  network.n = torch_case.n;
  network.k = torch_case.k;
  network.tau_ms = 30 + 7.5 * which;
  network.w = normals(random, n * n, 0, 1.5 / std::sqrt(static_cast<double>(n)));
  network.w_in = normals(random, n * k, 0, 0.7);
  network.w_out = normals(random, 2 * n, 0, 0.3);
  network.b_out = 0.125;
  network.activation.input_gain = normals(random, n, 1.1, 0.2);
  network.activation.threshold = normals(random, n, 0, 0.2);
  network.activation.response_gain = normals(random, n, 0.9, 0.3);
  state.trained = torch_case.trained;
  state.learning_rate = 1e-3 * (1 + which);
  return state;
}

Trial make_test_trial(const Case &torch_case, unsigned which) {
  std::mt19937 random(which);
  Trial trial;
  trial.u = normals(random, static_cast<std::size_t>(torch_case.k) * k_steps, 0.5, 0.5);
  trial.z = normals(random, std::size_t{k_outputs} * k_steps, 0.5, 0.2);
  trial.noise.seed = which;
  trial.noise.trial = 3;
  return trial;
}

std::unique_ptr<Engine> torch_engine(const std::string &name) {
  setenv("PURSUIT_MODULE_DIR", PURSUIT_MODULE_FOLDER, 1);
  return make_torch_engine({name, "cpu", 0.9});
}

} // namespace pursuit::test
