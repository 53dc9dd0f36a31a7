#include "engine/fused/fused_engine.hpp"

#include <algorithm>
#include <array>
#include <cfenv>
#include <cstdlib>
#include <map>
#include <new>
#include <string>

#include "base/errors.hpp"
#include "engine/fused/fused_network.hpp"
#include "engine/fused/instruction_set.hpp"
#include "engine/packed_training.hpp"

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

class FusedTraining final : public PackedTraining {
public:
  explicit FusedTraining(const fused::Passes &passes) : passes_(passes) {}

  TrainingState state(MemberId member) override { return networks_.at(member).state(); }

  LastUpdate last_update(MemberId member) override {
    const DefaultArithmetic arithmetic;
    return networks_.at(member).last_update();
  }

private:
  // At most k_most_siblings, who share each reading of the weights; one alone where it has no siblings.
  using Family = std::vector<MemberId>;

  void put_in(MemberId member, const TrainingState &state) override {
    networks_.try_emplace(member, state, passes_);
    find_families();
  }

  void take_out(MemberId member) override {
    networks_.erase(member);
    find_families();
  }

  void find_families() {
    families_.clear();
    for (const auto &[member, its_network] : networks_) {
      const fused::FusedNetwork &network = its_network; // clang 14 captures no structured binding
      const auto family = std::find_if(families_.begin(), families_.end(), [&](const Family &f) {
        return f.size() < fused::k_most_siblings && network.is_sibling_of(networks_.at(f.front()));
      });
      if (family == families_.end()) {
        families_.push_back({member});
      } else {
        family->push_back(member);
      }
    }
  }

  void update(std::span<const Shown> shown) override {
    const DefaultArithmetic arithmetic;
    for (const Family &family : families_) update(family, shown);
  }

  void update(const Family &family, std::span<const Shown> shown) {
    fused::SideBySide networks;
    Family members; // those who are shown a trial
    for (const auto &[member, trial] : shown) {
      if (std::find(family.begin(), family.end(), member) == family.end()) continue;
      networks.add(networks_.at(member), trial);
      members.push_back(member);
    }
    if (members.empty()) return;
    const std::array<double, fused::k_most_siblings> losses = networks.update();
    for (std::size_t i = 0; i < members.size(); ++i) record(members[i], losses[i]);
  }

  std::string not_finite(MemberId member) override { return networks_.at(member).not_finite(); }

  const fused::Passes &passes_;
  std::map<MemberId, fused::FusedNetwork> networks_;
  std::vector<Family> families_;
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
  FusedSimulation(const TrainingState &state, const fused::Passes &passes) {
    while (copies_.size() < k_together) copies_.emplace_back(state, passes);
  }

  void run(std::span<const Trial> trials, std::span<Activity> activities) override {
    if (activities.size() != trials.size()) throw InternalError("a trial needs one activity");
    const DefaultArithmetic arithmetic;
    for (std::size_t done = 0; done < trials.size(); done += k_together) {
      const std::size_t count = std::min(k_together, trials.size() - done);
      fused::SideBySide networks;
      for (std::size_t i = 0; i < count; ++i) networks.add(copies_[i], trials[done + i]);
      networks.forward();
      for (std::size_t i = 0; i < count; ++i) copies_[i].copy_activity(activities[done + i]);
    }
  }

private:
  static_assert(k_together == fused::k_most_siblings);
  std::vector<fused::FusedNetwork> copies_;
};

class FusedEngine : public Engine {
public:
  explicit FusedEngine(const fused::Passes &passes) : passes_(passes) {}

  std::string numerics() const override { return "fused-1"; }
  std::string describe() const override {
    return std::string("fused, ") + passes_.name + ", on cpu";
  }

  std::unique_ptr<Training> start() override { return std::make_unique<FusedTraining>(passes_); }

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
