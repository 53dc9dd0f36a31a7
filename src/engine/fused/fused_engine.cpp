#include "engine/fused/fused_engine.hpp"

#include <cfenv>
#include <cstdlib>
#include <new>
#include <string>

#include "base/errors.hpp"
#include "engine/fused/fused_network.hpp"
#include "engine/fused/instruction_set.hpp"

namespace pursuit {

namespace {

// Round to nearest, subnormal numbers kept, whatever the host has set: neither may decide a bit.
class DefaultArithmetic {
public:
  DefaultArithmetic() {
    std::fegetenv(&before_);
    std::fesetenv(FE_DFL_ENV);
  }
  ~DefaultArithmetic() { std::fesetenv(&before_); }
  DefaultArithmetic(const DefaultArithmetic &) = delete;
  DefaultArithmetic &operator=(const DefaultArithmetic &) = delete;

private:
  std::fenv_t before_;
};

class FusedTraining : public Training {
public:
  FusedTraining(const std::vector<TrainingState> &pack, const fused::Passes &passes)
      : losses_(pack.size()) {
    networks_.reserve(pack.size());
    for (const TrainingState &state : pack) networks_.emplace_back(state, passes);
  }

  void update(std::span<const Trial> trials) override {
    if (trials.size() != networks_.size()) throw InternalError("a pack needs one trial a network");
    const DefaultArithmetic arithmetic;
    for (std::size_t i = 0; i < trials.size(); ++i) {
      losses_[i].push_back(networks_[i].update(trials[i]));
    }
  }

  std::vector<std::vector<double>> take_losses() override {
    std::vector<std::vector<double>> taken(networks_.size());
    taken.swap(losses_);
    return taken;
  }

  TrainingState state(std::size_t i) override { return networks_.at(i).state(); }

  LastUpdate last_update(std::size_t i) override {
    const DefaultArithmetic arithmetic;
    return networks_.at(i).last_update();
  }

private:
  std::vector<fused::FusedNetwork> networks_;
  std::vector<std::vector<double>> losses_;
};

// Memory as for stage 2: without moments of the weights.
TrainingState frozen(const Network &network) {
  TrainingState state;
  state.network = network;
  state.trained = Trained::threshold;
  return state;
}

class FusedSimulation : public Simulation {
public:
  FusedSimulation(const Network &network, const fused::Passes &passes)
      : network_(frozen(network), passes) {}

  void run(const Trial &trial, Activity &activity) override {
    const DefaultArithmetic arithmetic;
    network_.simulate(trial, activity);
  }

private:
  fused::FusedNetwork network_;
};

class FusedEngine : public Engine {
public:
  explicit FusedEngine(const fused::Passes &passes) : passes_(passes) {}

  std::string numerics() const override { return "fused-1"; }
  std::string describe() const override {
    return std::string("fused, ") + passes_.name + ", on cpu";
  }

  std::unique_ptr<Training> start(std::vector<TrainingState> pack) override {
    try {
      return std::make_unique<FusedTraining>(pack, passes_);
    } catch (const std::bad_alloc &) {
      throw RunError("not enough memory for " + std::to_string(pack.size()) +
                     " network(s) of N = " + std::to_string(pack.empty() ? 0 : pack[0].network.n));
    }
  }

  std::unique_ptr<Simulation> simulate(const Network &network) override {
    try {
      return std::make_unique<FusedSimulation>(network, passes_);
    } catch (const std::bad_alloc &) {
      throw RunError("not enough memory for a network of N = " + std::to_string(network.n));
    }
  }

private:
  const fused::Passes &passes_;
};

} // namespace

std::unique_ptr<Engine> make_fused_engine() {
  const char *word = std::getenv("PURSUIT_SIMD");
  return std::make_unique<FusedEngine>(fused::choose_passes(word == nullptr ? "" : word));
}

} // namespace pursuit
