// Model files: format "pursuit-model/1", MATLAB v5, the reference program's variables and ours
// (SPEC section 4). Version history: 1 is the first. A file without `format` is the reference's
// own: the second group of variables is absent and takes its defaults.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "plan/run.hpp"
#include "store/network.hpp"

namespace pursuit {

inline constexpr const char *k_model_format = "pursuit-model/1";

struct Model {
  Network network;
  std::vector<double> losses; // one per trial, before its update
  // What it was trained with; of a reference file, which does not say, the defaults, and a gain that is NaN. N and tau are
  // the network's too. `activation` is what stage 2 trained; elsewhere as the reference writes it.
  Settings settings;
  // The second group; of a reference file: these defaults.
  std::string format, mode = "activation", numerics, run_id, parent, data_sha256;
  std::int64_t stage = 1, seed = 1;
  bool has_seed = false; // false: a reference file
};

// The model that a finished run makes: the network's values are rounded to single by write.
Model model_of(const RunSpec &spec, const std::string &id, Network network,
               std::vector<double> losses);

// The same bytes for the same model: no time, no host.
std::string model_bytes(const Model &model);

// Throws RunError naming the path and the field: wrong shape or class, non-finite value (gain
// excepted), missing field, truncated or foreign file. Numbers of another class are taken where
// nothing is lost by it. `n_trials` of a reference file is the number of its losses, its `mode` is
// prior_input where it has three inputs.
Model read_model(std::string_view bytes, const std::filesystem::path &path);

// The activation parameters that a stage 2 trained, or none. Of a reference file it is the one that is not at its start:
// such a file does not say its stage, and in stage 1 carries whatever --activation said.
ActivationSet trained_activation(const Model &model);

// "Task_pursuit_N_250_Tau_30_threshold_<first 12 of id>.mat"
std::string model_file_name(const RunSpec &spec, const std::string &id);
// "models/pursuit/<model_file_name>", relative to output_dir.
std::string model_path(const RunSpec &spec, const std::string &id);

} // namespace pursuit
