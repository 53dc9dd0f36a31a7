#include "engine/reference/reference_engine.hpp"

#include <new>

#include "base/errors.hpp"
#include "base/vector_clones.hpp"
#include "engine/reference/reference_network.hpp"

namespace pursuit {

namespace {

template <class Real> class ReferenceTraining : public Training {
public:
  explicit ReferenceTraining(const std::vector<TrainingState> &pack) : losses_(pack.size()) {
    for (const TrainingState &state : pack) networks_.emplace_back(state);
  }

  void update(std::span<const Trial> trials) override {
    if (trials.size() != networks_.size()) throw InternalError("a pack needs one trial a network");
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
  LastUpdate last_update(std::size_t i) override { return networks_.at(i).last_update(); }

private:
  std::vector<reference::ReferenceNetwork<Real>> networks_;
  std::vector<std::vector<double>> losses_;
};

template <class Real> class ReferenceSimulation : public Simulation {
public:
  explicit ReferenceSimulation(const Network &network) : network_(frozen(network)) {}
  void run(std::span<const Trial> trials, std::span<Activity> activities) override {
    if (activities.size() != trials.size()) throw InternalError("a trial needs one activity");
    for (std::size_t i = 0; i < trials.size(); ++i) network_.simulate(trials[i], activities[i]);
  }

private:
  static TrainingState frozen(const Network &network) {
    TrainingState state;
    state.network = network;
    state.trained = Activation::threshold; // no memory for moments of the weights
    return state;
  }

  reference::ReferenceNetwork<Real> network_;
};

template <class Real> class ReferenceEngine : public Engine {
public:
  ReferenceEngine(std::string numerics, std::string description)
      : numerics_(std::move(numerics)), description_(std::move(description)) {}

  std::string numerics() const override { return numerics_; }
  std::string describe() const override { return description_; }

  std::unique_ptr<Training> start(std::vector<TrainingState> pack) override {
    try {
      return std::make_unique<ReferenceTraining<Real>>(pack);
    } catch (const std::bad_alloc &) {
      throw RunError("not enough memory for " + std::to_string(pack.size()) +
                     " network(s) of N = " + std::to_string(pack.empty() ? 0 : pack[0].network.n));
    }
  }

  std::unique_ptr<Simulation> simulate(const Network &network) override {
    return std::make_unique<ReferenceSimulation<Real>>(network);
  }

private:
  std::string numerics_, description_;
};

} // namespace

std::unique_ptr<Engine> make_reference_engine(Precision precision) {
  const std::string where = std::string(", plain loops, ") + vector_clone_name() + ", on cpu";
  if (precision == Precision::double_) {
    return std::make_unique<ReferenceEngine<double>>("reference-double-1",
                                                     "reference-double" + where);
  }
  return std::make_unique<ReferenceEngine<float>>("reference-1", "reference" + where);
}

} // namespace pursuit
