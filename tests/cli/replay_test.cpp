// The golden cases through the binary, on every engine and, for fused, under every instruction set,
// with the strict ones of compare.py's tolerances.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "support/outside.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr const char *k_cases[] = {"s1_n40",
                                   "s1_n250",
                                   "s1_n40_init",
                                   "s2_input_gain_n40",
                                   "s2_threshold_n40",
                                   "s2_response_gain_n40",
                                   "s2_input_gain_moved_n40",
                                   "s2_threshold_moved_n40",
                                   "s2_response_gain_moved_n40",
                                   "prior_input_n40"};

// out.mat of one golden case against what the reference computed.
void expect_golden(const fs::path &folder, const std::string &name) {
  const std::string golden = (test_data() / "golden").string() + "/";
  const Ended compared = shell(folder, python() + " " + golden + "compare.py " + golden + name +
                                           ".expected.mat out.mat --strict");
  EXPECT_EQ(compared.exit_code, 0) << name << "\n" << compared.out << compared.err;
}

std::string replay_of(const std::string &name) {
  return "pursuit-run replay " + (test_data() / "golden" / name).string() + ".mat -o out.mat";
}

class Golden : public ::testing::TestWithParam<std::tuple<const char *, const char *>> {};

TEST_P(Golden, AgreesWithTheReference) {
  if (test_data().empty()) GTEST_SKIP() << "no golden cases: set PURSUIT_TEST_DATA";
  const auto [engine, name] = GetParam();
  const Scratch scratch;
  if (std::string(engine) == "torch" &&
      !fs::exists(fs::path(std::getenv("PURSUIT_BUILD_DIR")) / "bin/pursuit_torch.so")) {
    GTEST_SKIP() << "the torch module is not built: tools/setup torch";
  }
  const Ended replayed = shell(scratch.path(), replay_of(name) + " --engine " + engine);
  ASSERT_EQ(replayed.exit_code, 0) << replayed.err;
  expect_golden(scratch.path(), name);
}

INSTANTIATE_TEST_SUITE_P(EveryEngine, Golden,
                         ::testing::Combine(::testing::Values("fused", "reference",
                                                              "reference-double", "torch"),
                                            ::testing::ValuesIn(k_cases)),
                         [](const ::testing::TestParamInfo<Golden::ParamType> &param_info) {
                           std::string name = std::string(std::get<0>(param_info.param)) + "_" +
                                              std::get<1>(param_info.param);
                           for (char &c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

class GoldenSimd : public ::testing::TestWithParam<const char *> {};

TEST_P(GoldenSimd, FusedAgreesWithTheReferenceAndWithItself) {
  if (test_data().empty()) GTEST_SKIP() << "no golden cases: set PURSUIT_TEST_DATA";
  const Scratch scratch;
  const std::string forced = std::string("PURSUIT_SIMD=") + GetParam() + " ";
  for (const char *name : k_cases) {
    const Ended best = shell(scratch.path(), replay_of(name) + " && mv out.mat best.mat");
    ASSERT_EQ(best.exit_code, 0) << best.err;
    const Ended replayed = shell(scratch.path(), forced + replay_of(name));
    if (replayed.err.find("this CPU lacks it") != std::string::npos) GTEST_SKIP() << replayed.err;
    ASSERT_EQ(replayed.exit_code, 0) << replayed.err;
    expect_golden(scratch.path(), name);
    EXPECT_EQ(shell(scratch.path(), "cmp best.mat out.mat").exit_code, 0) << name;
  }
}

INSTANTIATE_TEST_SUITE_P(EveryInstructionSet, GoldenSimd,
                         ::testing::Values("scalar", "sse4", "avx2", "avx512", "neon"),
                         [](const auto &param_info) { return std::string(param_info.param); });

TEST(Replay, RefusesWhatIsNoCase) {
  const Scratch scratch;
  write_file(scratch / "text.mat", "this is not a MATLAB file");
  const Ended text = shell(scratch.path(), "pursuit-run replay text.mat -o out.mat");
  EXPECT_EQ(text.exit_code, 2);
  EXPECT_NE(text.err.find("text.mat"), std::string::npos) << text.err;
  const Ended gone = shell(scratch.path(), "pursuit-run replay gone.mat -o out.mat");
  EXPECT_EQ(gone.exit_code, 2);
  EXPECT_NE(gone.err.find("gone.mat does not exist"), std::string::npos) << gone.err;
  EXPECT_FALSE(fs::exists(scratch / "out.mat"));
}

TEST(Replay, NamesTheFieldThatIsWrong) {
  const Scratch scratch;
  const std::string make_cases = python() + R"( - <<'END'
import numpy as np, scipy.io
T, n, k = 150, 3, 2
f = np.float32
case = dict(format="pursuit-replay/1", mode="activation", stage=1, activation="input_gain", tau=30.0, dt=1.0,
            learning_rate=1e-4, w=np.zeros((n, n), f), w_in=np.zeros((n, k), f), w_out=np.zeros((2, n), f),
            b_out=np.zeros((1, 1), f), input_gain=np.ones((n, 1), f), threshold=np.zeros((n, 1), f),
            response_gain=np.ones((n, 1), f), u=np.zeros((k, T, 1)), z=np.ones((T, 2, 1)),
            x0=np.zeros((n, 1), f), noise=np.zeros((n, T - 1, 1), f))
def save(name, **changes):
    scipy.io.savemat(name, {**case, **changes})
save("good.mat")
save("w.mat", w=np.zeros((n, n + 1), f))
save("noise.mat", noise=np.full((n, T - 1, 1), np.nan, f))
save("z.mat", z=np.ones((T - 1, 2, 1)))
save("tau.mat", tau=0.5)
save("mode.mat", mode="prior_input")
del case["x0"]
save("x0.mat")
END)";
  ASSERT_EQ(shell(scratch.path(), make_cases).exit_code, 0);
  EXPECT_EQ(shell(scratch.path(), "pursuit-run replay good.mat -o out.mat").exit_code, 0);
  for (const char *field : {"w", "noise", "z", "tau", "x0"}) {
    const Ended ended =
        shell(scratch.path(), std::string("pursuit-run replay ") + field + ".mat -o no.mat");
    EXPECT_EQ(ended.exit_code, 2) << field;
    EXPECT_NE(ended.err.find(std::string(field) + ".mat: " + field + " "), std::string::npos)
        << ended.err;
  }
  EXPECT_EQ(shell(scratch.path(), "pursuit-run replay mode.mat -o no.mat").exit_code, 2);
}

TEST(Replay, LossOutOfRangeIsNoResult) {
  const Scratch scratch;
  const std::string make_case = python() + R"( - <<'END'
import numpy as np, scipy.io
T, n, k = 150, 2, 2
f = np.float32
scipy.io.savemat("case.mat", dict(
    format="pursuit-replay/1", mode="activation", stage=1, activation="input_gain", tau=30.0, dt=1.0,
    learning_rate=1e-4, w=np.zeros((n, n), f), w_in=np.ones((n, k), f), w_out=np.full((2, n), 1e38, f),
    b_out=np.zeros((1, 1), f), input_gain=np.ones((n, 1), f), threshold=np.zeros((n, 1), f),
    response_gain=np.ones((n, 1), f), u=np.full((k, T, 1), 1e3), z=np.ones((T, 2, 1)),
    x0=np.zeros((n, 1), f), noise=np.zeros((n, T - 1, 1), f)))
END)";
  ASSERT_EQ(shell(scratch.path(), make_case).exit_code, 0);
  const Ended ended = shell(scratch.path(), "pursuit-run replay case.mat -o out.mat");
  EXPECT_EQ(ended.exit_code, 1);
  EXPECT_NE(ended.err.find("update 1: the loss is not finite"), std::string::npos) << ended.err;
  EXPECT_FALSE(fs::exists(scratch / "out.mat"));
}

// A loss of 0 has gradient 0: nothing moves, nothing is NaN.
TEST(Replay, LossOfZeroChangesNothing) {
  const Scratch scratch;
  const std::string check = python() + R"( - <<'END'
import numpy as np, scipy.io, subprocess
T, n, k = 150, 4, 2
f = np.float32
rng = np.random.default_rng(1)
case = dict(format="pursuit-replay/1", mode="activation", stage=1, activation="input_gain", tau=30.0, dt=1.0,
            learning_rate=1e-4, w=rng.normal(size=(n, n)).astype(f), w_in=rng.normal(size=(n, k)).astype(f),
            w_out=np.zeros((2, n), f), b_out=np.zeros((1, 1), f), input_gain=np.ones((n, 1), f),
            threshold=np.zeros((n, 1), f), response_gain=np.ones((n, 1), f), u=rng.normal(size=(k, T, 2)),
            z=np.zeros((T, 2, 2)), x0=np.zeros((n, 2), f), noise=np.zeros((n, T - 1, 2), f))
scipy.io.savemat("case.mat", case)
for engine in ("fused", "reference", "reference-double"):
    subprocess.run(["pursuit-run", "replay", "case.mat", "-o", "out.mat", "--engine", engine], check=True)
    out = scipy.io.loadmat("out.mat")
    assert (out["loss"] == 0).all()
    assert (out["w_out"] == 0).all() and (out["w"] == case["w"]).all() and (out["g_w_out"] == 0).all()
END)";
  const Ended ended = shell(scratch.path(), check);
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
}

class ReplayOfSets : public ::testing::TestWithParam<const char *> {};

TEST_P(ReplayOfSets, AgreesWithAnIndependentProgram) {
  if (GetParam() == std::string("torch") &&
      !fs::exists(fs::path(std::getenv("PURSUIT_BUILD_DIR")) / "bin/pursuit_torch.so")) {
    GTEST_SKIP() << "the torch module is not built: tools/setup torch";
  }
  const Scratch scratch;
  const Ended ended = shell(
      scratch.path(),
      python() + " " + (source_dir() / "tests/cli/replay_of_sets.py").string() + " " + GetParam());
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
}

INSTANTIATE_TEST_SUITE_P(Engines, ReplayOfSets,
                         testing::Values("fused", "reference", "reference-double", "torch"),
                         [](const testing::TestParamInfo<const char *> &of) {
                           std::string name = of.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

} // namespace

} // namespace pursuit
