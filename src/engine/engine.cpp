#include "engine/engine.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"
#include "engine/fused/fused_engine.hpp"
#include "engine/module.hpp"
#include "engine/reference/reference_engine.hpp"

namespace pursuit {

namespace {

[[noreturn]] void refuse_name(const std::string &name) {
  throw ConfigError(fmt::format("no engine \"{}\" here", name),
                    "choose fused, torch, reference or reference-double");
}

void require_cpu(const EngineRequest &request) {
  if (request.device == "cpu") return;
  throw ConfigError(
      fmt::format("engine {} runs on cpu only, not on {}", request.name, request.device),
      "choose --engine torch for a GPU");
}

} // namespace

std::unique_ptr<Simulation> Engine::simulate(const Network &network) {
  return make_fused_engine()->simulate(network);
}

EngineTraits engine_traits(const std::string &name) {
  if (name == "torch") return {true, 1, 1};
  if (name == "fused") return fused_traits();
  if (name == "reference" || name == "reference-double") return {};
  refuse_name(name);
}

std::unique_ptr<Engine> make_engine(const EngineRequest &request) {
  if (request.name == "torch") return make_torch_engine(request);
  if (request.name == "fused") {
    require_cpu(request);
    return make_fused_engine();
  }
  if (request.name == "reference") {
    require_cpu(request);
    return make_reference_engine(Precision::single);
  }
  if (request.name == "reference-double") {
    require_cpu(request);
    return make_reference_engine(Precision::double_);
  }
  refuse_name(request.name);
}

} // namespace pursuit
