#include "engine/reference/reference_engine.hpp"

#include <map>

#include "base/errors.hpp"
#include "base/vector_clones.hpp"
#include "engine/packed_training.hpp"
#include "engine/reference/reference_network.hpp"

namespace pursuit {

namespace {

template <class Real> class ReferenceTraining final : public PackedTraining {
public:
  TrainingState state(MemberId member) override { return networks_.at(member).state(); }
  LastUpdate last_update(MemberId member) override { return networks_.at(member).last_update(); }

private:
  void put_in(MemberId member, const TrainingState &state) override {
    networks_.try_emplace(member, state);
  }
  void take_out(MemberId member) override { networks_.erase(member); }
  void update(std::span<const Shown> shown) override {
    for (const auto &[member, trial] : shown) record(member, networks_.at(member).update(trial));
  }
  std::string not_finite(MemberId member) override { return networks_.at(member).not_finite(); }

  std::map<MemberId, reference::ReferenceNetwork<Real>> networks_;
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

  std::unique_ptr<Training> start() override { return std::make_unique<ReferenceTraining<Real>>(); }

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
