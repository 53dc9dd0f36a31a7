// The torch engine: gradients by LibTorch's autograd, batched over a pack, on the CPU or a CUDA GPU.
// The oracle for the hand-written engines, and the open door for new model ideas.
#include <algorithm>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "engine/packed_training.hpp"
#include "engine/torch/torch_device.hpp"
#include "engine/torch/torch_training.hpp"

namespace pursuit::torch_engine {

namespace {

Precision parse_precision(const std::string &name) {
  if (name == "torch") return Precision::single;
  if (name == "torch-double") return Precision::twofold; // for tests only
  throw ConfigError(fmt::format("the torch module has no engine \"{}\"", name));
}

// One batch of all, which is made anew when a network comes, leaves, or is at its end.
class Batched final : public PackedTraining {
public:
  Batched(DeviceName device, Precision precision) : device_(device), precision_(precision) {}

  bool fits(const TrainingState &state) const override {
    return kinds_.empty() || kinds_.begin()->second == kind_of(state);
  }
  TrainingState state(MemberId member) override {
    const std::optional<std::size_t> row = row_of(member);
    return row ? batch_->state(*row) : resting_.at(member);
  }
  LastUpdate last_update(MemberId member) override {
    return batch_->last_update(needed_row(member));
  }

private:
  using Kind = std::tuple<int, int, ActivationSet>; // n, k, trained

  static Kind kind_of(const TrainingState &state) {
    return {state.network.n, state.network.k, state.trained};
  }

  std::optional<std::size_t> row_of(MemberId member) const {
    const auto found = std::find(rows_.begin(), rows_.end(), member);
    if (found == rows_.end()) return std::nullopt;
    return static_cast<std::size_t>(found - rows_.begin());
  }
  std::size_t needed_row(MemberId member) const {
    const std::optional<std::size_t> row = row_of(member);
    if (!row) throw InternalError("torch engine: there was no update yet");
    return *row;
  }

  // Beside others that are under way it finds its memory now.
  void put_in(MemberId member, const TrainingState &state) override {
    if (!fits(state))
      throw InternalError("torch engine: a batch has networks of one size that train the same");
    const std::vector<MemberId> before = rows_;
    resting_.emplace(member, state);
    try {
      if (batch_) load(joined(before, member));
    } catch (const RunError &) {
      resting_.erase(member);
      load(before);
      throw;
    }
    kinds_.emplace(member, kind_of(state));
  }

  static std::vector<MemberId> joined(std::vector<MemberId> members, MemberId member) {
    members.push_back(member);
    return members;
  }

  void take_out(MemberId member) override {
    unload();
    resting_.erase(member);
    kinds_.erase(member);
  }

  void update(std::span<const Shown> shown) override {
    std::vector<MemberId> members;
    std::vector<const Trial *> trials;
    for (const Shown &one : shown) {
      members.push_back(one.member);
      trials.push_back(&one.trial);
    }
    if (members != rows_) load(members);
    batch_->update(trials);
  }

  void collect_losses() override {
    if (!batch_) return;
    const std::vector<std::vector<double>> losses = batch_->take_losses();
    for (std::size_t row = 0; row < rows_.size(); ++row) {
      for (const double loss : losses[row]) record(rows_[row], loss);
    }
  }

  std::string not_finite(MemberId member) override {
    const std::optional<std::size_t> row = row_of(member);
    return row ? batch_->not_finite(*row) : "";
  }

  void load(const std::vector<MemberId> &members) {
    unload();
    std::vector<TrainingState> states;
    for (const MemberId member : members) states.push_back(resting_.at(member));
    batch_ = make_batch(states, device_, precision_);
    rows_ = members;
    for (const MemberId member : members) resting_.erase(member);
  }

  void unload() {
    if (!batch_) return;
    collect_losses();
    for (std::size_t row = 0; row < rows_.size(); ++row)
      resting_.insert_or_assign(rows_[row], batch_->state(row));
    batch_.reset();
    rows_.clear();
  }

  DeviceName device_;
  Precision precision_;
  std::map<MemberId, Kind> kinds_;
  std::unique_ptr<Batch> batch_;
  std::vector<MemberId> rows_;                // of the batch
  std::map<MemberId, TrainingState> resting_; // of those that are not in it
};

// On the CPU the batched kernels sum in an order that depends on the size of the batch; a network
// trained alone keeps its bits in any pack.
class OneAfterAnother final : public PackedTraining {
public:
  OneAfterAnother(DeviceName device, Precision precision)
      : device_(device), precision_(precision) {}

  TrainingState state(MemberId member) override { return networks_.at(member)->state(0); }
  LastUpdate last_update(MemberId member) override { return networks_.at(member)->last_update(0); }

private:
  void put_in(MemberId member, const TrainingState &state) override {
    networks_.emplace(member, make_batch({state}, device_, precision_));
  }
  void take_out(MemberId member) override { networks_.erase(member); }
  void update(std::span<const Shown> shown) override {
    for (const auto &[member, trial] : shown) {
      Batch &network = *networks_.at(member);
      const Trial *const one = &trial;
      network.update({&one, 1});
      record(member, network.take_losses().front().front());
    }
  }
  std::string not_finite(MemberId member) override { return networks_.at(member)->not_finite(0); }

  DeviceName device_;
  Precision precision_;
  std::map<MemberId, std::unique_ptr<Batch>> networks_;
};

class TorchEngine final : public Engine {
public:
  explicit TorchEngine(const EngineRequest &request)
      : name_(request.name), device_(parse_device(request.device)),
        precision_(parse_precision(request.name)) {
    use_one_thread();
    if (!device_.is_cuda) {
      kind_ = "cpu-" + cpu_kernels();
      return;
    }
    const std::string capability = compute_capability(device_.index);
    load_cuda(request.gpu_memory_fraction);
    if (device_.index >= cuda_device_count()) {
      throw ConfigError(
          fmt::format("LibTorch {} cannot use cuda:{}", PURSUIT_TORCH_VERSION, device_.index),
          "it needs a driver for CUDA 13");
    }
    // cuBLAS chooses its kernel by the size of the batch, so a network's bits depend on its pack.
    kind_ = "cuda-" + capability + "-batched";
  }

  std::string numerics() const override {
    return fmt::format("{}-{}-{}", name_, PURSUIT_TORCH_VERSION, kind_);
  }

  std::string describe() const override {
    const std::string place = device_.is_cuda ? fmt::format("cuda:{}", device_.index) : "cpu";
    return fmt::format("{} {}, {}, on {}", name_, PURSUIT_TORCH_VERSION, kind_, place);
  }

  std::unique_ptr<Training> start() override {
    // In double, bits are compared with nothing, and the tests see the batched kernels.
    if (device_.is_cuda || precision_ == Precision::twofold)
      return std::make_unique<Batched>(device_, precision_);
    return std::make_unique<OneAfterAnother>(device_, precision_);
  }

private:
  std::string name_;
  DeviceName device_;
  Precision precision_;
  std::string kind_;
};

} // namespace

} // namespace pursuit::torch_engine

// The module's one entrance. The caller owns the engine and must not unload the module.
extern "C" __attribute__((visibility("default"))) pursuit::Engine *
pursuit_make_torch_engine(const pursuit::EngineRequest *request) {
  return new pursuit::torch_engine::TorchEngine(*request);
}
