#include "engine/fused/fused_engine.hpp"

#include <algorithm>
#include <array>
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
    for (std::size_t i = 0; i < pack.size(); ++i) add(i, pack[i], passes);
  }

  void update(std::span<const Trial> trials) override {
    if (trials.size() != losses_.size()) throw InternalError("a pack needs one trial a network");
    const DefaultArithmetic arithmetic;
    for (Group &group : groups_) {
      const std::size_t count = group.numbers.size();
      std::array<const Trial *, fused::k_most_siblings> shown;
      std::array<double, fused::k_most_siblings> losses;
      for (std::size_t m = 0; m < count; ++m) shown[m] = &trials[group.numbers[m]];
      group.family.update({shown.data(), count}, {losses.data(), count});
      for (std::size_t m = 0; m < count; ++m) losses_[group.numbers[m]].push_back(losses[m]);
    }
  }

  std::vector<std::vector<double>> take_losses() override {
    std::vector<std::vector<double>> taken(losses_.size());
    taken.swap(losses_);
    return taken;
  }

  TrainingState state(std::size_t i) override { return network(i).state(); }

  LastUpdate last_update(std::size_t i) override {
    const DefaultArithmetic arithmetic;
    return network(i).last_update();
  }

private:
  struct Group {
    fused::Family family;
    std::vector<std::size_t> numbers; // of its members in the pack
  };

  void add(std::size_t number, const TrainingState &state, const fused::Passes &passes) {
    for (Group &group : groups_) {
      if (!group.family.takes(state)) continue;
      group.family.add({state, passes});
      group.numbers.push_back(number);
      return;
    }
    groups_.push_back({fused::Family({state, passes}), {number}});
  }

  const fused::FusedNetwork &network(std::size_t number) const {
    for (const Group &group : groups_) {
      const auto at = std::find(group.numbers.begin(), group.numbers.end(), number);
      if (at == group.numbers.end()) continue;
      return group.family.member(static_cast<std::size_t>(at - group.numbers.begin()));
    }
    throw InternalError("no such network in the pack");
  }

  std::vector<Group> groups_;
  std::vector<std::vector<double>> losses_; // by number in the pack
};

// Memory as for stage 2: without moments of the weights.
TrainingState frozen(const Network &network) {
  TrainingState state;
  state.network = network;
  state.trained = Activation::threshold;
  return state;
}

class FusedSimulation : public Simulation {
public:
  FusedSimulation(const TrainingState &state, const fused::Passes &passes)
      : copies_({state, passes}) {
    while (copies_.size() < k_together) copies_.add({state, passes});
  }

  void run(std::span<const Trial> trials, std::span<Activity> activities) override {
    const DefaultArithmetic arithmetic;
    copies_.simulate(trials, activities);
  }

private:
  static_assert(k_together == fused::k_most_siblings);
  fused::Family copies_;
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
      return std::make_unique<FusedSimulation>(frozen(network), passes_);
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
