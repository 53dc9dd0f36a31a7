#include "engine/engine.hpp"

#include "engine/engine_table.hpp"
#include "engine/fused/fused_engine.hpp"

namespace pursuit {

std::unique_ptr<Simulation> Engine::simulate(const Network &network) {
  return make_fused_engine()->simulate(network);
}

std::unique_ptr<Engine> make_engine(const EngineRequest &request) {
  return engine_row(request.name).make(request);
}

} // namespace pursuit
