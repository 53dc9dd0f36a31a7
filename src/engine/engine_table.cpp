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

const std::array<EngineRow, 4> k_table = {{
    // Measured at N = 50 to 500: three siblings take 1.8 to 2.3 times as long as one with AVX-512, 2.3 to 2.8 with AVX2.
    {.name = "fused",
     .numerics = "fused-1",
     .siblings = static_cast<int>(fused::k_most_siblings),
     .further_sibling = 0.6,
     .make = make_fused},
    {.name = "torch", .numerics = "", .runs_on_gpu = true, .make = make_torch_engine},
    {.name = "reference", .numerics = "reference-1", .make = make_reference},
    {.name = "reference-double", .numerics = "reference-double-1", .make = make_reference_double},
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
