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
    for (const TrainingState &state : pack) add(state, passes);
  }

  void update(std::span<const Trial> trials) override {
    if (trials.size() != places_.size()) throw InternalError("a pack needs one trial a network");
    const DefaultArithmetic arithmetic;
    for (std::size_t f = 0; f < families_.size(); ++f) {
      std::vector<const Trial *> seen;
      for (std::size_t i : members_[f]) seen.push_back(&trials[i]);
      std::vector<double> losses(seen.size());
      families_[f].update(seen, losses);
      for (std::size_t m = 0; m < seen.size(); ++m) losses_[members_[f][m]].push_back(losses[m]);
    }
  }

  std::vector<std::vector<double>> take_losses() override {
    std::vector<std::vector<double>> taken(places_.size());
    taken.swap(losses_);
    return taken;
  }

  TrainingState state(std::size_t i) override { return network(i).state(); }

  LastUpdate last_update(std::size_t i) override {
    const DefaultArithmetic arithmetic;
    return network(i).last_update();
  }

private:
  struct Place {
    std::size_t family, member;
  };

  void add(const TrainingState &state, const fused::Passes &passes) {
    std::size_t f = 0;
    while (f < families_.size() && !families_[f].takes(state)) ++f;
    if (f < families_.size()) {
      families_[f].add({state, passes});
    } else {
      families_.emplace_back(fused::FusedNetwork(state, passes));
      members_.emplace_back();
    }
    members_[f].push_back(places_.size());
    places_.push_back({f, families_[f].size() - 1});
  }

  const fused::FusedNetwork &network(std::size_t i) const {
    const Place &place = places_.at(i);
    return families_[place.family].member(place.member);
  }

  std::vector<fused::Family> families_;
  std::vector<std::vector<std::size_t>> members_; // of each family: their numbers in the pack
  std::vector<Place> places_;                     // of each network of the pack
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
      : twins_(fused::FusedNetwork(frozen(network), passes)) {
    while (twins_.size() < k_together) twins_.add({frozen(network), passes});
  }

  void run(std::span<const Trial> trials, std::span<Activity> activities) override {
    const DefaultArithmetic arithmetic;
    twins_.simulate(trials, activities);
  }

private:
  static_assert(k_together == fused::k_most_siblings);
  fused::Family twins_;
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

EngineTraits fused_traits() {
  // Measured at N = 50 to 500: three take 1.8 to 2.3 times as long as one with AVX-512, 2.3 to 2.8 with AVX2.
  return {false, static_cast<int>(fused::k_most_siblings), 0.6};
}

std::unique_ptr<Engine> make_fused_engine() {
  const char *word = std::getenv("PURSUIT_SIMD");
  return std::make_unique<FusedEngine>(fused::choose_passes(word == nullptr ? "" : word));
}

} // namespace pursuit
