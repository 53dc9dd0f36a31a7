// The first loss with the recorded data, where it is (PURSUIT_TEST_DATA): W_out and b_out are 0, so it
// is the target's norm, whatever N, seed or mode of noise.
#include <gtest/gtest.h>

#include "small_runs.hpp"
#include "support/outside.hpp"

namespace pursuit {
namespace {

TEST(FirstLoss, IsTheKnownOneForAnyNAndSeed) {
  const std::filesystem::path path = test_data() / "data" / "behavior_data.mat";
  if (!std::filesystem::exists(path)) {
    GTEST_SKIP() << "NOT TESTED: no recorded data at " << path << " (PURSUIT_TEST_DATA)";
  }
  const Behavior behavior = read_behavior(read_file(path), path);
  SteppingClock clock(0);
  int high = 0;
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    for (std::int64_t n : {1, 3, 40}) {
      RunSpec spec = small_spec(seed, 1);
      spec.settings.N = n;
      const std::unique_ptr<Engine> engine = make_engine({"reference"});
      const TrainItem item = item_of(spec);
      TrainOutcome outcome;
      TrainHooks hooks;
      hooks.ended = [&](std::size_t, TrainOutcome ended) { outcome = std::move(ended); };
      train(*engine, behavior, {item}, hooks, clock);
      const bool is_high = draw_trial(behavior, spec, 0).contrast == Contrast::high;
      high += is_high;
      // the digits that are known; float rounds a sum of 298 squares to about 1e-6
      EXPECT_NEAR(outcome.losses.at(0), is_high ? 6.13028 : 2.68723, 1e-5);
      EXPECT_EQ(outcome.network.w, item.state.network.w);
      EXPECT_EQ(outcome.network.w_in, item.state.network.w_in);
    }
  }
  EXPECT_GT(high, 0);
  EXPECT_LT(high, 30);
}

} // namespace
} // namespace pursuit
