// The bits of reference-1, by SHA-256 of short trainings on synthetic data: on every machine, with
// every instruction set. A change here is a new numerics name.
#include <gtest/gtest.h>

#include "base/sha256.hpp"
#include "small_runs.hpp"

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
  const std::unique_ptr<Engine> engine = make_engine({"reference"});
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

TEST(Reference1, BitsAreThoseOfTheFirstVersion) {
  std::string digests;
  for (std::int64_t n : {1, 3, 37}) {
    const TrainOutcome stage_1 = trained(spec_of(n, Mode::activation, 1, Activation::input_gain));
    digests += digest(stage_1) + " ";
    for (Activation a :
         {Activation::input_gain, Activation::threshold, Activation::response_gain}) {
      digests += digest(trained(spec_of(n, Mode::activation, 2, a), stage_1.network)) + " ";
    }
    digests += digest(trained(spec_of(n, Mode::prior_input, 1, Activation::input_gain))) + "\n";
  }
  EXPECT_EQ(
      digests,
      "e7ecdd802f4dad43 c02c4d946603d9d1 7eaaadb4d057552e 3a55fcf86e83a6fe 1728d830c9934aec\n"
      "e9b94a4215e59812 9271c7c63f210883 c7142a50e7352e80 42b7ada9c63a9643 0c2e637ee0026ac1\n"
      "6838225ab282dc30 8b341c5a68ff32d9 a5e1e4130ed2d61e 0f043e399c85b473 3e68abb3c8f8201b\n");
}

} // namespace
} // namespace pursuit
