// The fused engine, "fused-1": forward pass, backward pass and Adam written by hand, every network
// of a pack in turn, on one CPU core. The same bits on every CPU: ORDER.md.
#pragma once

#include <memory>

#include "engine/engine.hpp"

namespace pursuit {

// Throws ConfigError if PURSUIT_SIMD asks for what this CPU lacks.
std::unique_ptr<Engine> make_fused_engine();

} // namespace pursuit
