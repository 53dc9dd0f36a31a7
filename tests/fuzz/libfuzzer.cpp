// libFuzzer's two doors: what to run, and how to change an input. Compiled once a target, with its
// name in PURSUIT_FUZZ_TARGET.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

#include "mat_mutator.hpp"
#include "target.hpp"

namespace {

const pursuit::fuzz::Target &chosen() {
  static const pursuit::fuzz::Target &k_target =
      *std::find_if(pursuit::fuzz::targets().begin(), pursuit::fuzz::targets().end(),
                    [](const pursuit::fuzz::Target &t) { return t.name == PURSUIT_FUZZ_TARGET; });
  return k_target;
}

} // namespace

extern "C" {

std::size_t LLVMFuzzerMutate(std::uint8_t *data, std::size_t size, std::size_t max_size);

// An exception that leaves is libFuzzer's finding.
int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  takes(chosen(), std::string_view(reinterpret_cast<const char *>(data), size));
  return 0;
}

std::size_t LLVMFuzzerCustomMutator(std::uint8_t *data, std::size_t size, std::size_t max_size,
                                    unsigned seed) {
  if (!chosen().is_mat || seed % 8 == 0) return LLVMFuzzerMutate(data, size, max_size);
  const std::string changed = pursuit::fuzz::mutated_mat(
      std::string_view(reinterpret_cast<const char *>(data), size), seed, LLVMFuzzerMutate);
  if (changed.size() > max_size) return LLVMFuzzerMutate(data, size, max_size);
  std::memcpy(data, changed.data(), changed.size());
  return changed.size();
}

} // extern "C"
