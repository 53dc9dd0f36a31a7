// Networks of one parent train side by side with one reading of W: to the bits that each has alone.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "engine/fused/fused_network.hpp"
#include "engine/fused/instruction_set.hpp"
#include "support/simd_choice.hpp"
#include "train/small_runs.hpp"

namespace pursuit {
namespace {

constexpr std::int64_t k_trials = 4;

struct Child {
  RunSpec spec;
  TrainingState state;
  std::uint32_t first_trial = 0;
};

Network parent_of(std::int64_t n, std::uint64_t seed) {
  RunSpec spec = small_spec(seed, 6);
  spec.settings.N = n;
  SteppingClock clock(0);
  return outcomes_of(*make_engine({"fused"}), {item_of(spec)}, {}, clock).at(0).network;
}

Child child_of(const Network &parent, Activation activation, std::uint64_t seed = 3) {
  RunSpec spec = small_spec(seed, k_trials);
  spec.settings.N = parent.n;
  spec.settings.activation = activation;
  spec.stage = 2;
  return {spec, first_state(spec, parent)};
}

std::vector<Child> three_children(const Network &parent) {
  return {child_of(parent, Activation::input_gain), child_of(parent, Activation::threshold),
          child_of(parent, Activation::response_gain)};
}

struct FourTrials {
  std::vector<double> losses;
  TrainingState state;
  LastUpdate last;
};

TrialSource trials_of(const Child &child) {
  return TrialSource([&child](std::uint32_t index) {
    const std::uint32_t trial = child.first_trial + index;
    return make_trial(small_behavior(), child.spec, trial,
                      draw_trial(small_behavior(), child.spec, trial));
  });
}

std::vector<FourTrials> train_pack(const std::vector<Child> &children) {
  const std::unique_ptr<Training> training = make_engine({"fused"})->start();
  std::vector<MemberId> members;
  for (const Child &child : children)
    members.push_back(training->add(child.state, trials_of(child), k_trials));
  for (std::int64_t t = 0; t < k_trials; ++t) training->advance(1);
  std::vector<FourTrials> trained;
  for (const MemberId member : members)
    trained.push_back(
        {training->take_losses(member), training->state(member), training->last_update(member)});
  return trained;
}

void expect_as_alone(const std::vector<Child> &children) {
  const std::vector<FourTrials> together = train_pack(children);
  for (std::size_t i = 0; i < children.size(); ++i) {
    const FourTrials alone = train_pack({children[i]}).at(0);
    const Network &a = together[i].state.network, &b = alone.state.network;
    EXPECT_EQ(together[i].losses, alone.losses) << i;
    EXPECT_EQ(a.w, b.w) << i;
    EXPECT_EQ(a.activation.input_gain, b.activation.input_gain) << i;
    EXPECT_EQ(a.activation.threshold, b.activation.threshold) << i;
    EXPECT_EQ(a.activation.response_gain, b.activation.response_gain) << i;
    EXPECT_EQ(together[i].state.m.activation, alone.state.m.activation) << i;
    EXPECT_EQ(together[i].state.v.activation, alone.state.v.activation) << i;
    EXPECT_EQ(together[i].last.x, alone.last.x) << i;
    EXPECT_EQ(together[i].last.o, alone.last.o) << i;
    EXPECT_EQ(together[i].last.gradients.activation, alone.last.gradients.activation) << i;
  }
}

TEST(Siblings, TrainAsAloneUnderEveryInstructionSet) {
  for (const fused::Passes *passes : fused::usable_passes()) {
    const SimdChoice choice(passes->name);
    SCOPED_TRACE(passes->name);
    for (std::int64_t n : {1, 3, 37, 100, 257}) {
      SCOPED_TRACE(n);
      const std::vector<Child> children = three_children(parent_of(n, 1));
      expect_as_alone(children);
      expect_as_alone({children[0], children[2]});
    }
  }
}

// Two parents, a family more than full, and a seed of its own, whose trials and noise are others.
TEST(Siblings, OfSeveralParentsInOnePackTrainAsAlone) {
  const Network one = parent_of(40, 1), two = parent_of(40, 2);
  std::vector<Child> pack = three_children(one);
  for (const Child &child : three_children(two)) pack.push_back(child);
  pack.push_back(child_of(one, Activation::threshold, 4));
  pack.push_back(child_of(one, Activation::threshold, 5));
  pack.push_back(child_of(two, Activation::input_gain, 4));
  expect_as_alone(pack);
}

std::vector<Child> children_far_apart(std::int64_t n) {
  std::vector<Child> children = three_children(parent_of(n, 1));
  for (std::size_t i = 0; i < static_cast<std::size_t>(n); ++i) {
    children[0].state.network.activation.input_gain[i] = i % 3 == 0 ? -1.0 : 1.5;
    children[1].state.network.activation.threshold[i] = i % 2 == 0 ? 0.25 : -0.25;
    children[2].state.network.activation.response_gain[i] = i % 5 == 0 ? -0.5 : 0.75;
  }
  return children;
}

// Their units are silent at different steps.
TEST(Siblings, FarApartTrainAsAloneUnderEveryInstructionSet) {
  for (const fused::Passes *passes : fused::usable_passes()) {
    const SimdChoice choice(passes->name);
    SCOPED_TRACE(passes->name);
    for (std::int64_t n : {64, 150, 257}) expect_as_alone(children_far_apart(n));
  }
}

// The active units of a lane are then in more than one word.
TEST(Siblings, OfALargeParentTrainAsAlone) { expect_as_alone(children_far_apart(521)); }

TEST(Siblings, OnOtherTrialsTrainAsAlone) {
  std::vector<Child> children = three_children(parent_of(40, 1));
  children[1].first_trial = 100;
  children[2].spec.settings.noise_recurrent = 0.05;
  expect_as_alone(children);
}

TEST(Siblings, OfOneThatFailsTrainAsAlone) {
  std::vector<Child> children = three_children(parent_of(40, 1));
  const std::vector<FourTrials> healthy = train_pack(children);
  children[1].state.network.activation.threshold[7] = std::numeric_limits<double>::quiet_NaN();
  const std::vector<FourTrials> trained = train_pack(children);
  EXPECT_TRUE(std::isnan(trained[1].losses.back()));
  for (const std::size_t i : {0, 2}) {
    EXPECT_EQ(trained[i].losses, healthy[i].losses);
    EXPECT_EQ(trained[i].last.gradients.activation, healthy[i].last.gradients.activation);
  }
}

TEST(Siblings, OfAlmostTheSameParentTrainAsAlone) {
  const Network parent = parent_of(20, 1);
  Network other = parent;
  other.w.back() += 0.125;
  expect_as_alone(
      {child_of(parent, Activation::threshold), child_of(other, Activation::threshold)});
}

TEST(Siblings, HaveTheSameFrozenWeights) {
  const Network parent = parent_of(20, 1);
  const std::vector<Child> children = three_children(parent);
  const fused::Passes &passes = fused::choose_passes("");
  const fused::FusedNetwork one(children[0].state, passes);
  const auto is_sibling = [&](const TrainingState &state) {
    const fused::FusedNetwork other(state, passes);
    EXPECT_EQ(one.is_sibling_of(other), other.is_sibling_of(one));
    return one.is_sibling_of(other);
  };
  EXPECT_TRUE(is_sibling(children[1].state));
  for (const std::size_t weight : {std::size_t{0}, parent.w.size() - 1}) {
    TrainingState changed = children[1].state;
    changed.network.w[weight] += 0.125;
    EXPECT_FALSE(is_sibling(changed)) << weight;
  }
  TrainingState first_stage = children[1].state;
  first_stage.trained = ActivationSet();
  EXPECT_FALSE(is_sibling(first_stage));
  EXPECT_FALSE(is_sibling(child_of(parent_of(21, 1), Activation::threshold).state));
}

// In the middle of their family's training, and when it is full.
TEST(Siblings, ThatComeAndGoTrainAsAlone) {
  std::vector<Child> children = three_children(parent_of(40, 1));
  children.push_back(child_of(parent_of(40, 1), Activation::threshold, 4));
  children.push_back(child_of(parent_of(40, 2), Activation::threshold, 5));
  const std::vector<std::int64_t> comes = {0, 1, 2, 2, 4}, ends = {9, 3, 5, 4, 7};
  const std::unique_ptr<Training> training = make_engine({"fused"})->start();
  std::vector<MemberId> members;
  for (std::int64_t t = 0; t < 12; ++t) {
    for (std::size_t i = 0; i < children.size(); ++i) {
      if (comes[i] == t)
        members.push_back(training->add(children[i].state, trials_of(children[i]), ends[i]));
    }
    training->advance(1);
    if (t == 3) { // leaves in the middle, and comes back
      const TrainingState state = training->remove(members[0]);
      members[0] = training->add(state, trials_of(children[0]), ends[0]);
    }
    if (t == 5) training->remove(members[1]); // that has ended
  }
  for (const std::size_t i : {0, 2, 3, 4}) {
    const std::unique_ptr<Training> alone = make_engine({"fused"})->start();
    const MemberId only = alone->add(children[i].state, trials_of(children[i]), ends[i]);
    for (std::int64_t t = 0; t < ends[i]; ++t) alone->advance(1);
    const TrainingState a = training->state(members[i]), b = alone->state(only);
    EXPECT_EQ(a.updates, ends[i]);
    EXPECT_EQ(a.network.activation, b.network.activation) << i;
    EXPECT_EQ(a.m.activation, b.m.activation) << i;
    EXPECT_EQ(training->last_update(members[i]).x, alone->last_update(only).x) << i;
  }
}

} // namespace
} // namespace pursuit
