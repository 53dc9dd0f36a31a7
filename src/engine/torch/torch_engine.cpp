// The torch engine: gradients by LibTorch's autograd, batched over a pack, on the CPU or a CUDA GPU.
// The oracle for the hand-written engines, and the open door for new model ideas.
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "engine/torch/torch_device.hpp"
#include "engine/torch/torch_training.hpp"

namespace pursuit::torch_engine {

namespace {

Precision parse_precision(const std::string &name) {
  if (name == "torch") return Precision::single;
  if (name == "torch-double") return Precision::twofold; // for tests only
  throw ConfigError(fmt::format("the torch module has no engine \"{}\"", name));
}

// On the CPU the batched kernels sum in an order that depends on the size of the batch; a network
// trained alone keeps its bits in any pack.
class OneAfterAnother final : public Training {
public:
  explicit OneAfterAnother(std::vector<std::unique_ptr<Training>> networks)
      : networks_(std::move(networks)) {}

  void update(std::span<const Trial> trials) override {
    for (std::size_t i = 0; i < networks_.size(); ++i) networks_[i]->update(trials.subspan(i, 1));
  }
  std::vector<std::vector<double>> take_losses() override {
    std::vector<std::vector<double>> losses;
    for (const std::unique_ptr<Training> &network : networks_) {
      losses.push_back(network->take_losses().front());
    }
    return losses;
  }
  TrainingState state(std::size_t i) override { return networks_.at(i)->state(0); }
  LastUpdate last_update(std::size_t i) override { return networks_.at(i)->last_update(0); }

private:
  std::vector<std::unique_ptr<Training>> networks_;
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

  std::unique_ptr<Training> start(std::vector<TrainingState> pack) override {
    // In double, bits are compared with nothing, and the tests see the batched kernels.
    if (device_.is_cuda || precision_ == Precision::twofold) {
      return start_training(pack, device_, precision_);
    }
    std::vector<std::unique_ptr<Training>> networks;
    for (const TrainingState &state : pack) {
      networks.push_back(start_training({state}, device_, precision_));
    }
    return std::make_unique<OneAfterAnother>(std::move(networks));
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
