#include "engine/engine_table.hpp"

#include <algorithm>
#include <array>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "engine/fused/fused_engine.hpp"
#include "engine/fused/passes.hpp"
#include "engine/module.hpp"
#include "engine/reference/reference_engine.hpp"

namespace pursuit {

namespace {

void require_cpu(const EngineRequest &request) {
  if (request.device == "cpu") return;
  throw ConfigError(
      fmt::format("engine {} runs on cpu only, not on {}", request.name, request.device),
      "choose --engine torch for a GPU");
}

std::unique_ptr<Engine> make_fused(const EngineRequest &request) {
  require_cpu(request);
  return make_fused_engine();
}

std::unique_ptr<Engine> make_reference(const EngineRequest &request) {
  require_cpu(request);
  return make_reference_engine(Precision::single);
}

std::unique_ptr<Engine> make_reference_double(const EngineRequest &request) {
  require_cpu(request);
  return make_reference_engine(Precision::double_);
}

// Fitted to processor times of N = 64 to 500 on an idle Xeon with AVX-512 (tools/bench/RESULTS.md); neon is a guess, and of
// sse4, which is as slow as scalar, the latter's.
constexpr TrialTimes k_fused_times[] = {
    {"avx512", {18, 0.15, 0.0046}, {18, 0.10, 0.0041}, {10, 0.08, 0.0021}},
    {"avx2", {20, 0.20, 0.0075}, {18, 0.15, 0.0060}, {10, 0.10, 0.0033}},
    {"neon", {30, 0.40, 0.0150}, {30, 0.30, 0.0120}, {20, 0.20, 0.0066}},
    {"", {60, 8.0, 0.455}, {60, 8.0, 0.300}, {30, 3.0, 0.150}},
};
constexpr TrialTimes k_torch_times[] = {
    {"", {4500, 5.0, 0.045}, {4500, 4.0, 0.027}, {10, 0.10, 0.0033}}};
constexpr TrialTimes k_reference_times[] = {
    {"", {40, 0.40, 0.0096}, {40, 0.40, 0.0066}, {10, 0.10, 0.0033}}};
constexpr TrialTimes k_reference_double_times[] = {
    {"", {80, 0.80, 0.0192}, {80, 0.80, 0.0132}, {10, 0.10, 0.0033}}};

const std::array<EngineRow, 4> k_table = {{
    // Measured at N = 50 to 500: three siblings take 1.8 to 2.3 times as long as one with AVX-512, 2.3 to 2.8 with AVX2.
    {.name = "fused",
     .numerics = "fused-1",
     .siblings = static_cast<int>(fused::k_most_siblings),
     .further_sibling = 0.6,
     .times = k_fused_times,
     .make = make_fused},
    {.name = "torch",
     .numerics = "",
     .runs_on_gpu = true,
     .further_on_gpu = 0.01, // a guess: launches take the time, until memory does
     .times = k_torch_times,
     .make = make_torch_engine},
    {.name = "reference",
     .numerics = "reference-1",
     .times = k_reference_times,
     .make = make_reference},
    {.name = "reference-double",
     .numerics = "reference-double-1",
     .times = k_reference_double_times,
     .make = make_reference_double},
}};

} // namespace

std::span<const EngineRow> engine_table() { return k_table; }

const EngineRow &engine_row(std::string_view name) {
  for (const EngineRow &row : k_table) {
    if (row.name == name) return row;
  }
  throw ConfigError(fmt::format("no engine \"{}\" here", name),
                    "choose fused, torch, reference or reference-double");
}

const EngineRow *engine_of_numerics(std::string_view numerics) {
  for (const EngineRow &row : k_table) {
    const bool begins = row.numerics.empty() && numerics.starts_with(std::string(row.name) + "-");
    if (begins || row.numerics == numerics) return &row;
  }
  return nullptr;
}

double TrialTime::seconds(double n) const {
  // From here on weights and moments leave the core's own cache: 1.2 to 1.7 times as long, measured at N = 1000.
  constexpr double k_large_n = 700;
  const double pair = n < k_large_n ? per_pair : 1.4 * per_pair;
  return 1e-6 * (fixed + per_unit * n + pair * n * n);
}

const TrialTimes &usual_times(std::string_view description) {
  const EngineRow *found = nullptr; // the longest name: "reference" begins "reference-double"
  for (const EngineRow &row : k_table) {
    const bool longer = found == nullptr || row.name.size() > found->name.size();
    if (longer && description.starts_with(row.name)) found = &row;
  }
  if (found == nullptr) throw InternalError("no such engine: " + std::string(description));
  return *std::find_if(found->times.begin(), found->times.end(), [&](const TrialTimes &times) {
    return description.find(times.instruction_set) != std::string_view::npos;
  });
}

std::vector<std::string> engine_words() {
  std::vector<std::string> words = {"auto"};
  for (const EngineRow &row : k_table) words.emplace_back(row.name);
  return words;
}

std::string chosen_engine(const std::string &asked, bool on_gpu) {
  if (asked != "auto") return asked;
  const auto row = std::find_if(k_table.begin(), k_table.end(), [&](const EngineRow &engine) {
    return !on_gpu || engine.runs_on_gpu;
  });
  return std::string(row->name);
}

} // namespace pursuit
