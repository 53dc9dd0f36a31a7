// The behaviour that networks learn: eye velocity during smooth pursuit, recorded or synthetic
// (SPEC sections 5 and 8).
#pragma once

#include <array>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace pursuit {

enum class Contrast { high = 0, low = 1 };
// The condition whose trace is the target. The names are the file's: the width of the block's
// direction distribution, and the direction relative to the block's centre.
enum class Condition {
  wide = 0,
  wide_plus120,
  wide_minus120,
  narrow,
  narrow_plus15,
  narrow_minus15
};
std::string_view to_text(Contrast contrast);
std::string_view to_text(Condition condition); // the field name in the file

inline constexpr int k_samples = 300;      // at 1 ms
inline constexpr int k_target_begin = 150; // the target is samples 150..299

// Eye velocity, normalized units; 300 samples at 1 ms each.
struct Trace {
  std::vector<double> hvel, vvel;
};

struct Day {
  double target_direction_deg = 0;            // tgdir
  std::array<std::array<Trace, 6>, 2> traces; // [contrast][condition]
};

struct Behavior {
  bool synthetic = true;
  std::string path;   // of the recorded file
  std::string sha256; // of the file (synthetic: of the file that `data synth` writes)
  std::vector<Day> days;
};

// Reads `Data`. Either orientation of the traces; tgdir of any numeric class. Throws ConfigError
// naming the path and the field.
Behavior read_behavior(std::string_view bytes, const std::filesystem::path &path);

// The file's bytes for these days.
std::string behavior_bytes(const std::vector<Day> &days);

// Deterministic from its seed, with the recorded file's structure and sizes (28 days), and known
// truth: bias toward the prior 0 degrees at high contrast, 3 degrees at low.
Behavior synthetic_behavior(std::uint64_t seed);

} // namespace pursuit
