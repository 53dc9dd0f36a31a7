// The reference engine: every network of a pack in turn, on one CPU core.
#pragma once

#include <memory>

#include "engine/engine.hpp"

namespace pursuit {

enum class Precision { single, double_ };

std::unique_ptr<Engine> make_reference_engine(Precision precision);

} // namespace pursuit
