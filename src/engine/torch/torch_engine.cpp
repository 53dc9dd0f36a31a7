// The torch engine: gradients by LibTorch's autograd, batched over a pack, on the CPU or a CUDA GPU.
// The oracle for the hand-written engines, and the open door for new model ideas.
#include <fmt/format.h>

#include "base/errors.hpp"
#include "engine/torch/torch_training.hpp"

namespace pursuit::torch_engine {

namespace {

Precision parse_precision(const std::string &name) {
  if (name == "torch") return Precision::single;
  if (name == "torch-double") return Precision::twofold; // for tests only
  throw ConfigError(fmt::format("the torch module has no engine \"{}\"", name));
}

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
    return start_training(pack, device_, precision_);
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
