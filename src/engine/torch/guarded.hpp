// What LibTorch throws, as the rest of the program knows it. Only for torch_training.cpp, behind ATen's headers.
#pragma once

#include <functional>
#include <new>
#include <string>

#include "base/errors.hpp"

namespace pursuit::torch_engine {

// Everything that LibTorch throws becomes a RunError; the scheduler knows "out of memory" by its
// beginning.
template <class Result> Result guarded(const std::function<Result()> &work) {
  try {
    return work();
  } catch (const c10::Error &error) {
    const std::string what = error.what_without_backtrace();
    const bool memory = dynamic_cast<const c10::OutOfMemoryError *>(&error) != nullptr ||
                        what.find("out of memory") != std::string::npos ||
                        what.find("can't allocate memory") != std::string::npos;
    throw RunError((memory ? "out of memory: LibTorch: " : "LibTorch: ") + what);
  } catch (const std::bad_alloc &) {
    throw RunError("out of memory");
  }
}

} // namespace pursuit::torch_engine
