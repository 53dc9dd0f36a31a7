// The bits of fused-1, by SHA-256 of short trainings on synthetic data. A change here is seen,
// deliberate, and a new numerics name.
#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "engine/fused/instruction_set.hpp"
#include "support/simd_choice.hpp"
#include "train/small_runs.hpp"

namespace pursuit {
namespace {

RunSpec spec_of(std::int64_t n, Mode mode, int stage, Activation activation) {
  RunSpec spec = small_spec(3, 20);
  spec.settings.N = n;
  spec.mode = mode;
  spec.stage = stage;
  spec.settings.activation = activation;
  return spec;
}

TrainOutcome trained(const RunSpec &spec, const std::optional<Network> &parent = std::nullopt) {
  SteppingClock clock(0);
  const std::unique_ptr<Engine> engine = make_engine({"fused"});
  return outcomes_of(*engine, {item_of(spec, parent)}, {}, clock).at(0);
}

std::string digest(const TrainOutcome &outcome) {
  std::string bytes;
  const Network &n = outcome.network;
  for (const std::vector<double> *values :
       {&n.w, &n.w_in, &n.w_out, &n.activation.input_gain, &n.activation.threshold,
        &n.activation.response_gain, &outcome.losses}) {
    bytes.append(reinterpret_cast<const char *>(values->data()), values->size() * sizeof(double));
  }
  return sha256_hex(bytes).substr(0, 16);
}

std::string digests(const std::vector<std::int64_t> &sizes) {
  std::string text;
  for (std::int64_t n : sizes) {
    const TrainOutcome stage_1 = trained(spec_of(n, Mode::activation, 1, Activation::input_gain));
    text += digest(stage_1) + " ";
    for (Activation a :
         {Activation::input_gain, Activation::threshold, Activation::response_gain}) {
      text += digest(trained(spec_of(n, Mode::activation, 2, a), stage_1.network)) + " ";
    }
    text += digest(trained(spec_of(n, Mode::prior_input, 1, Activation::input_gain))) + "\n";
  }
  return text;
}

TEST(Fused1, BitsAreThoseOfTheFirstVersion) {
  EXPECT_EQ(
      digests({1, 3, 37, 100}),
      "04913060e020b547 f256be5656c44541 1aeb6970ae6835da 9099a20b03c801cc 3fc090b3487a058c\n"
      "e2510a9c782d394a 3d5651004361f43d 8ad4fa7942b84c81 4709dffad04c4286 68529c371c6a5c14\n"
      "482c3578c18b5c36 e3d847f83c3413a9 dc6583c13d839cc8 ac94f483576024f9 75e5862f4bba072e\n"
      "6ac4033deeb47074 5d59ea94243cc60f b491f6a2b4455b0b ab13115f37d00ce3 3167bb8243f596f3\n");
}

TEST(Fused1, BitsAreThoseOfTheFirstVersionUnderEveryInstructionSet) {
  for (const fused::Passes *passes : fused::usable_passes()) {
    const SimdChoice choice(passes->name);
    EXPECT_EQ(digests({37}), "482c3578c18b5c36 e3d847f83c3413a9 dc6583c13d839cc8 ac94f483576024f9 "
                             "75e5862f4bba072e\n")
        << passes->name;
  }
}

} // namespace
} // namespace pursuit
