// A training that goes on elsewhere than it began ends in the bytes of one that never stopped.
#include <gtest/gtest.h>

#include "engine/fused/instruction_set.hpp"
#include "small_runs.hpp"
#include "support/simd_choice.hpp"

namespace pursuit {
namespace {

RunSpec odd_spec(std::uint64_t seed = 1) {
  RunSpec spec = small_spec(seed, 9);
  spec.settings.N = 37; // no multiple of any vector's length
  return spec;
}

std::vector<TrainOutcome> train_with(const std::string &engine, std::vector<TrainItem> items) {
  FakeClock clock;
  return outcomes_of(*make_engine({engine}), std::move(items), {}, clock);
}

void expect_same(const TrainOutcome &a, const TrainOutcome &b) {
  EXPECT_EQ(a.losses, b.losses);
  EXPECT_EQ(a.network.w, b.network.w);
  EXPECT_EQ(a.network.w_in, b.network.w_in);
  EXPECT_EQ(a.network.w_out, b.network.w_out);
  EXPECT_EQ(a.network.b_out, b.network.b_out);
}

TEST(ResumeElsewhere, OnAnotherInstructionSet) {
  const TrainOutcome whole = train_with("fused", {item_of(odd_spec())}).at(0);
  for (const fused::Passes *before : fused::usable_passes()) {
    TrainItem item;
    {
      const SimdChoice choice(before->name);
      item = item_after(*make_engine({"fused"}), odd_spec(), 4);
    }
    for (const fused::Passes *after : fused::usable_passes()) {
      const SimdChoice choice(after->name);
      SCOPED_TRACE(std::string(before->name) + ", then " + after->name);
      expect_same(train_with("fused", {item}).at(0), whole);
    }
  }
}

class InAnotherPack : public testing::TestWithParam<const char *> {};

TEST_P(InAnotherPack, GoesOnToTheSameBytes) {
  const std::unique_ptr<Engine> engine = make_engine({GetParam()});
  const std::vector<TrainOutcome> outcomes = train_with(
      GetParam(), {item_after(*engine, odd_spec(1), 4), item_of(odd_spec(2)),
                   item_after(*engine, odd_spec(3), 7), item_after(*engine, odd_spec(4), 4)});
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    expect_same(outcomes[i], train_with(GetParam(), {item_of(odd_spec(i + 1))}).at(0));
  }
}

// Siblings: one parent's weights, each another activation parameter and learning rate, from different trials on.
TEST(ResumeElsewhere, SiblingsInAPackEndInTheBytesOfRunsAlone) {
  const Network parent = train_with("fused", {item_of(odd_spec())}).at(0).network;
  std::vector<RunSpec> specs;
  for (const Activation activation :
       {Activation::threshold, Activation::response_gain, Activation::input_gain}) {
    RunSpec spec = odd_spec();
    spec.stage = 2;
    spec.settings.activation = activation;
    spec.settings.learning_rate *= static_cast<double>(specs.size() + 1);
    specs.push_back(spec);
  }
  const std::unique_ptr<Engine> engine = make_engine({"fused"});
  const std::vector<TrainOutcome> outcomes =
      train_with("fused", {item_after(*engine, specs[0], 4, parent), item_of(specs[1], parent),
                           item_after(*engine, specs[2], 7, parent)});
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const TrainOutcome alone = train_with("fused", {item_of(specs[i], parent)}).at(0);
    expect_same(outcomes[i], alone);
    EXPECT_EQ(outcomes[i].network.activation.input_gain, alone.network.activation.input_gain);
    EXPECT_EQ(outcomes[i].network.activation.threshold, alone.network.activation.threshold);
    EXPECT_EQ(outcomes[i].network.activation.response_gain, alone.network.activation.response_gain);
    EXPECT_EQ(outcomes[i].network.w, parent.w);
  }
}

INSTANTIATE_TEST_SUITE_P(ResumeElsewhere, InAnotherPack,
                         testing::Values("fused", "reference", "reference-double"));

} // namespace
} // namespace pursuit
