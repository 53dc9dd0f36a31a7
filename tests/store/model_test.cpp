#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "base/errors.hpp"
#include "examples.hpp"
#include "support/outside.hpp"

namespace pursuit {
namespace {

Model example_model() {
  return model_of(stage_2_spec(), run_id(stage_2_spec()), small_network(), {2.5, 1.0 / 3.0});
}

TEST(Model, ReadsWhatItWrote) {
  const Model written = example_model();
  const Model read = read_model(model_bytes(written), "x.mat");
  const Network &a = read.network, &b = written.network;
  EXPECT_EQ(a.n, b.n);
  EXPECT_EQ(a.k, b.k);
  EXPECT_EQ(a.tau_ms, b.tau_ms);
  EXPECT_EQ(a.w, b.w);
  EXPECT_EQ(a.w_in, b.w_in);
  EXPECT_EQ(a.w_out, b.w_out);
  EXPECT_EQ(a.b_out, b.b_out);
  EXPECT_EQ(a.activation.input_gain, b.activation.input_gain);
  EXPECT_EQ(a.activation.threshold, b.activation.threshold);
  EXPECT_EQ(a.activation.response_gain, b.activation.response_gain);
  EXPECT_EQ(read.losses, written.losses);
  EXPECT_EQ(read.settings.activation, Activation::threshold);
  EXPECT_EQ(read.format, "pursuit-model/1");
  EXPECT_EQ(read.mode, "activation");
  EXPECT_EQ(read.numerics, "reference-1");
  EXPECT_EQ(read.run_id, run_id(stage_2_spec()));
  EXPECT_EQ(read.parent, run_id(stage_1_spec()));
  EXPECT_EQ(read.data_sha256, sha256_hex("data"));
  EXPECT_EQ(read.stage, 2);
  EXPECT_EQ(read.settings.n_trials, 2);
  EXPECT_EQ(read.seed, 7);
  EXPECT_TRUE(read.has_seed);
  EXPECT_EQ(read.settings.gain, 1.5);
  EXPECT_EQ(read.settings.learning_rate, 1e-4);
  EXPECT_EQ(read.settings.noise_recurrent, 0.01);
  EXPECT_EQ(read.settings.noise_input, 0.01);
  EXPECT_EQ(read.settings.noise_direction_deg, 7);
  EXPECT_EQ(read.settings.amplitude_low, 0.1);
}

TEST(Model, StageOneSaysInputGain) {
  RunSpec spec = stage_1_spec();
  spec.settings.activation = Activation::threshold; // has no meaning here
  EXPECT_EQ(model_of(spec, "id", small_network(), {}).settings.activation, Activation::input_gain);
  EXPECT_EQ(model_of(spec, "id", small_network(), {}).parent, "");
}

TEST(Model, AnOutsideParentIsItsSha256) {
  const Model model = model_of(outside_spec(), "id", small_network(), {1, 2});
  EXPECT_EQ(model.parent, sha256_hex("original"));
  const Model read = read_model(model_bytes(model), "x.mat");
  EXPECT_TRUE(std::isnan(read.settings.gain));
  EXPECT_EQ(read.seed, std::numeric_limits<std::int64_t>::max());
}

TEST(Model, OfSeveralBoundedParametersIsReadBackWhole) {
  RunSpec spec = stage_2_spec();
  spec.settings.activation.add(Activation::response_gain);
  spec.settings.activation_min.all = 0.5;
  spec.settings.activation_max.each[Activation::response_gain] = 2;
  const std::string bytes = model_bytes(model_of(spec, "id", small_network(), {1, 2}));
  const Model read = read_model(bytes, "x.mat");
  EXPECT_EQ(to_text(read.settings.activation), "threshold+response_gain");
  const ActivationLimits limits = limits_of(read.settings);
  EXPECT_EQ(limits.clipped(Activation::threshold, -1.0), 0.5);
  EXPECT_EQ(limits.clipped(Activation::response_gain, 3.0), 2.0);
  EXPECT_EQ(model_bytes(read), bytes);
}

TEST(Model, HasTheSameBytesEveryTime) {
  EXPECT_EQ(model_bytes(example_model()), model_bytes(example_model()));
  Model other = example_model();
  other.network.w[0] += 0.125;
  EXPECT_NE(model_bytes(other), model_bytes(example_model()));
}

// The bytes are part of every recorded SHA-256: when this fails, old models no longer have the
// bytes that a new training makes.
TEST(Model, HasTheseBytesForEver) {
  EXPECT_EQ(sha256_hex(model_bytes(example_model())),
            "85c4ed24c784a40a5a20d390c5ee2b12707f7da50d6e391f2f5448a1aa5002db");
}

TEST(Model, NoTrialsAndOneUnitAndThreeInputsAreFine) {
  RunSpec spec = stage_1_spec();
  spec.mode = Mode::prior_input;
  spec.settings.n_trials = 0;
  const Model read =
      read_model(model_bytes(model_of(spec, "id", small_network(1, 3), {})), "x.mat");
  EXPECT_TRUE(read.losses.empty());
  EXPECT_EQ(read.network.n, 1);
  EXPECT_EQ(read.network.k, 3);
  EXPECT_EQ(read.mode, "prior_input");
}

TEST(Model, ValuesAreRoundedToSingleOnce) {
  Model model = example_model();
  model.network.w[0] = 0.1;
  const Model read = read_model(model_bytes(model), "x.mat");
  EXPECT_EQ(read.network.w[0], static_cast<double>(0.1f));
}

TEST(Model, FileNamesSayWhatItIs) {
  RunSpec spec = stage_2_spec();
  EXPECT_EQ(model_file_name(spec, "0123456789abcdef"),
            "Task_pursuit_N_3_Tau_30_threshold_0123456789ab.mat");
  spec = stage_1_spec();
  spec.settings.tau_ms = 20.5;
  EXPECT_EQ(model_path(spec, "0123456789abcdef"),
            "models/pursuit/Task_pursuit_N_3_Tau_20.5_stage1_0123456789ab.mat");
  spec.mode = Mode::prior_input;
  EXPECT_EQ(model_file_name(spec, "0123456789abcdef"),
            "Task_pursuit_N_3_Tau_20.5_prior_input_0123456789ab.mat");
}

// --- wrong files: what a reader says of the example with one variable changed ---

std::string fault_with(const std::function<void(std::vector<MatVariable> &)> &change) {
  std::vector<MatVariable> variables = read_mat(model_bytes(example_model()), "x.mat");
  change(variables);
  try {
    read_model(write_mat(variables), "dir/x.mat");
  } catch (const RunError &error) {
    return error.what();
  }
  return "nothing";
}

std::string fault_with(const MatVariable &replacement) {
  return fault_with([&](std::vector<MatVariable> &variables) {
    for (MatVariable &variable : variables) {
      if (variable.name == replacement.name) variable = replacement;
    }
  });
}

TEST(WrongModel, ShapesAreNamed) {
  EXPECT_EQ(fault_with(mat_single("w", {3, 2}, {1, 2, 3, 4, 5, 6})),
            "dir/x.mat: w is 3 x 2, should be 3 x 3");
  EXPECT_EQ(fault_with(mat_single("w_in", {3, 1}, {1, 2, 3})),
            "dir/x.mat: w_in is 3 x 1, should be 3 x 2");
  EXPECT_EQ(fault_with(mat_single("threshold", {1, 3}, {1, 2, 3})),
            "dir/x.mat: threshold is 1 x 3, should be 3 x 1");
  EXPECT_EQ(fault_with(mat_double("losses", {1, 2}, {1, 2})),
            "dir/x.mat: losses is 1 x 2, should be one column");
  EXPECT_EQ(fault_with(mat_double("losses", {3, 1}, {1, 2, 3})),
            "dir/x.mat: losses has 3 values, n_trials is 2");
  EXPECT_EQ(fault_with(mat_double("tau", {1, 2}, {30, 30})),
            "dir/x.mat: tau is 1 x 2, should be 1 x 1");
}

TEST(WrongModel, ValuesThatAreNotFiniteAreNamed) {
  const float nan = std::nanf("");
  const float inf = std::numeric_limits<float>::infinity();
  EXPECT_EQ(fault_with(mat_single("w", {3, 3}, {1, 2, 3, 4, nan, 6, 7, 8, 9})),
            "dir/x.mat: w is not finite at (2, 2): NaN");
  EXPECT_EQ(fault_with(mat_single("b_out", {1, 1}, {inf})),
            "dir/x.mat: b_out is not finite at (1, 1): Inf");
  for (const char *name : {"losses", "input_gain", "w_out", "response_gain"}) {
    const std::size_t rows = std::string(name) == "losses" || std::string(name) == "w_out" ? 2 : 3;
    const std::size_t columns = std::string(name) == "w_out" ? 3 : 1;
    const std::string fault =
        fault_with(mat_single(name, {rows, columns}, std::vector<float>(rows * columns, nan)));
    EXPECT_EQ(fault, "dir/x.mat: " + std::string(name) + " is not finite at (1, 1): NaN");
  }
  for (const char *name : {"tau", "learning_rate", "noise_input", "amplitude_low"}) {
    EXPECT_EQ(fault_with(mat_double(name, {1, 1}, {std::nan("")})),
              "dir/x.mat: " + std::string(name) + " is not finite at (1, 1): NaN");
  }
  EXPECT_EQ(fault_with(mat_double("gain", {1, 1}, {std::nan("")})), "nothing");
}

TEST(WrongModel, ClassesAndWordsAreNamed) {
  EXPECT_EQ(fault_with(mat_char("w", "www")), "dir/x.mat: w is 1 x 3, should be 3 x 3");
  EXPECT_EQ(fault_with(mat_char("b_out", "1")), "dir/x.mat: b_out is of class char, not numbers");
  EXPECT_EQ(fault_with(mat_double("activation", {1, 1}, {1})),
            "dir/x.mat: activation is of class double, should be char");
  EXPECT_EQ(fault_with(mat_char("activation", "input_gian")),
            "dir/x.mat: activation is \"input_gian\", should be one of input_gain, threshold, "
            "response_gain");
  EXPECT_EQ(fault_with(mat_char("format", "pursuit-model/2")),
            "dir/x.mat: format is \"pursuit-model/2\", should be \"pursuit-model/1\"");
  EXPECT_EQ(fault_with(mat_double("N", {1, 1}, {2.5})),
            "dir/x.mat: N is 2.5, should be a whole number from 1 to 23170");
  EXPECT_EQ(fault_with(mat_double("N", {1, 1}, {1e300})),
            "dir/x.mat: N is 1e+300, should be a whole number from 1 to 23170");
  EXPECT_EQ(fault_with(mat_int64("seed", -1)).substr(0, 27), "dir/x.mat: seed is -1, shou");
  EXPECT_EQ(fault_with(mat_double("tau", {1, 1}, {0.5})),
            "dir/x.mat: tau is 0.5, should be at least 1 ms");
}

TEST(WrongModel, WeightsKeepTheirBits) {
  // Other classes are fine as long as nothing is lost.
  EXPECT_EQ(fault_with(mat_double("b_out", {1, 1}, {0.25})), "nothing");
  EXPECT_NE(fault_with(mat_double("b_out", {1, 1}, {0.1})).find("single cannot hold"),
            std::string::npos);
}

TEST(WrongModel, EveryVariableIsNeeded) {
  const std::vector<MatVariable> all = read_mat(model_bytes(example_model()), "x.mat");
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::string fault = fault_with([i](std::vector<MatVariable> &variables) {
      variables.erase(variables.begin() + static_cast<std::ptrdiff_t>(i));
    });
    if (all[i].name == "format") continue; // then it is read as the reference's own
    EXPECT_EQ(fault, "dir/x.mat: no variable " + all[i].name + "; is it a model file?");
  }
}

TEST(WrongModel, TruncatedAndForeignFilesAreErrors) {
  const std::string whole = model_bytes(example_model());
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_THROW(read_model(std::string_view(whole).substr(0, length), "x.mat"), RunError)
        << length;
  }
  EXPECT_THROW(read_model("not a MAT file at all", "x.mat"), RunError);
}

TEST(WrongModel, DamagedBytesNeverCrash) {
  const std::string whole = model_bytes(example_model());
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x81);
    try {
      read_model(damaged, "x.mat");
    } catch (const RunError &error) {
      EXPECT_EQ(std::string(error.what()).substr(0, 6), "x.mat:");
    }
  }
}

// --- the reference's own files ---

class ReferenceModel : public testing::TestWithParam<const char *> {};

TEST_P(ReferenceModel, IsReadWithDefaults) {
  const std::filesystem::path path =
      test_data() / "golden" / ("original_" + std::string(GetParam()) + "_N100.mat");
  if (!std::filesystem::exists(path))
    GTEST_SKIP() << "NOT TESTED: no golden files at " << path << " (PURSUIT_TEST_DATA)";
  const Model model = read_model(read_file(path), path);
  const bool stage_1 = std::string(GetParam()) == "stage1";
  EXPECT_EQ(model.network.n, 100);
  EXPECT_EQ(model.network.k, 2);
  EXPECT_EQ(model.network.tau_ms, 30);
  EXPECT_EQ(model.losses.size(), stage_1 ? 300u : 100u);
  EXPECT_EQ(model.settings.n_trials, stage_1 ? 300 : 100);
  EXPECT_EQ(model.settings.activation, stage_1 ? Activation::input_gain : Activation::threshold);
  EXPECT_EQ(model.network.activation.input_gain, std::vector<double>(100, 1.0));
  EXPECT_EQ(model.network.activation.threshold == std::vector<double>(100, 0.0), stage_1);
  EXPECT_EQ(model.mode, "activation");
  EXPECT_EQ(model.format, "");
  EXPECT_EQ(model.run_id, "");
  EXPECT_EQ(model.seed, 1);
  EXPECT_FALSE(model.has_seed);
  EXPECT_TRUE(std::isnan(model.settings.gain));
  EXPECT_EQ(model.settings.learning_rate, 1e-4);
}

INSTANTIATE_TEST_SUITE_P(Golden, ReferenceModel, testing::Values("stage1", "threshold"));

TEST(ModelForOthers, ScipyAndOctaveLoadTheReferencesVariables) {
  const Scratch folder;
  write_file(folder / "x.mat", model_bytes(example_model()));
  const bool has_scipy = python_has("scipy.io");
  const bool has_octave = run_program("octave-cli --version").exit_code == 0;
  if (has_scipy) {
    write_file(folder / "check.py", R"(
import sys, numpy as np, scipy.io as s
d = s.loadmat(sys.argv[1])
want = {'w': ('f4', (3, 3)), 'w_in': ('f4', (3, 2)), 'w_out': ('f4', (2, 3)), 'b_out': ('f4', (1, 1)), 'N': ('i8', (1, 1)),
        'losses': ('f8', (2, 1)), 'tau': ('f8', (1, 1)), 'input_gain': ('f4', (3, 1)), 'threshold': ('f4', (3, 1)),
        'response_gain': ('f4', (3, 1)), 'stage': ('i8', (1, 1)), 'n_trials': ('i8', (1, 1)), 'seed': ('i8', (1, 1)),
        'gain': ('f8', (1, 1)), 'learning_rate': ('f8', (1, 1)), 'noise_recurrent': ('f8', (1, 1)),
        'noise_input': ('f8', (1, 1)), 'noise_direction': ('f8', (1, 1)), 'amplitude_low': ('f8', (1, 1))}
text = {'activation': 'threshold', 'format': 'pursuit-model/1', 'mode': 'activation', 'numerics': 'reference-1',
        'run_id': None, 'parent': None, 'data_sha256': None}
assert {k for k in d if k[0] != '_'} == set(want) | set(text), sorted(d)
for name, (dtype, shape) in want.items(): assert (d[name].dtype, d[name].shape) == (np.dtype(dtype), shape), name
for name, word in text.items(): assert d[name].dtype.kind == 'U' and word in (None, d[name][0]), name
assert d['w'][1, 0] == -0.875 and d['w'][0, 1] == -0.625, d['w']
)");
    const Ended ended = run_program(python() + " " + (folder / "check.py").string() + " " +
                                    (folder / "x.mat").string());
    EXPECT_EQ(ended.exit_code, 0) << ended.out;
  }
  if (has_octave) {
    write_file(folder / "check.m", R"(
load(argv(){end});
assert(class(w), 'single'); assert(size(w), [3 3]); assert(w(2, 1), single(-0.875)); assert(class(N), 'int64');
assert(class(losses), 'double'); assert(size(losses), [2 1]); assert(activation, 'threshold'); assert(class(seed), 'int64');
disp('all is well');
)");
    const Ended ended = run_program("octave-cli --norc --quiet " + (folder / "check.m").string() +
                                    " " + (folder / "x.mat").string());
    EXPECT_NE(ended.out.find("all is well"), std::string::npos) << ended.out;
  }
  if (!has_scipy || !has_octave)
    GTEST_SKIP() << "NOT TESTED: loading by " << (has_scipy ? "" : "scipy ")
                 << (has_octave ? "" : "Octave");
}

} // namespace
} // namespace pursuit
