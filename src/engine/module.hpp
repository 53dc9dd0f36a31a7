// Engines that live in a shared object, loaded on demand: nothing else links LibTorch or CUDA.
//
// The torch module is pursuit_torch.so and exports
//   extern "C" pursuit::Engine *pursuit_make_torch_engine(const pursuit::EngineRequest *)
// which returns an owned engine or throws ConfigError. It is looked for in $PURSUIT_MODULE_DIR, if
// set, and then beside the program and in ../lib/pursuit.
#pragma once

#include <memory>

#include "engine/engine.hpp"

namespace pursuit {

// Throws ConfigError if the module is not there or cannot be loaded. A loaded module is never
// unloaded: its engine's code lives in it.
std::unique_ptr<Engine> make_torch_engine(const EngineRequest &request);

} // namespace pursuit
