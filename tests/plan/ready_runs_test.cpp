// Which runs can train side by side, and how many of them.
#include <gtest/gtest.h>

#include "building.hpp"
#include "plan/placement.hpp"

namespace pursuit {
namespace {

using namespace building;

RunSpec adapting(Activation activation = Activation::input_gain, double learning_rate = 1e-4) {
  RunSpec spec;
  spec.stage = 2;
  spec.settings.N = 100;
  spec.settings.tau_ms = 30;
  spec.settings.n_trials = 50;
  spec.settings.activation = activation;
  spec.settings.learning_rate = learning_rate;
  spec.parent_id = "parent";
  return spec;
}

TEST(SiblingText, LeavesOutWhatSiblingsMayDifferIn) {
  const std::string text = sibling_text(adapting());
  RunSpec sibling = adapting(Activation::threshold, 0.5);
  sibling.settings.n_trials = 7;
  EXPECT_EQ(sibling_text(sibling), text);
  // Every other parameter that a stage 2 has tells them apart, one that is added later too.
  for (const Parameter &parameter : parameters()) {
    RunSpec other = adapting();
    if (is_word(parameter) || is_bound(parameter) || parameter.key == "learning_rate" ||
        parameter.key == "n_trials" || !has_meaning(parameter, 2))
      continue;
    const bool whole = is_whole(parameter);
    set_value(other.settings, parameter,
              whole ? ParameterValue(std::int64_t{51}) : ParameterValue(0.5));
    EXPECT_NE(sibling_text(other), text) << parameter.key;
  }
}

TEST(SiblingText, ParentSeedAndDataCount) {
  const std::string text = sibling_text(adapting());
  RunSpec other = adapting();
  other.parent_id = "another";
  EXPECT_NE(sibling_text(other), text);
  other = adapting();
  other.seed = 2;
  EXPECT_NE(sibling_text(other), text);
  other = adapting();
  other.data_sha256 = "other data";
  EXPECT_NE(sibling_text(other), text);
}

// Two networks with three children each, that differ in what siblings may differ in.
Graph two_families() {
  Stage weights = stage_1("weights", {{"N", 100}, {"tau", 10}, {"n_trials", 10}});
  weights.seeds = {{1, 2}};
  Stage adapt = stage_2("adapt", "weights", {{"n_trials", 5}});
  adapt.sweep.axes.grid = {axis("activation", {"input_gain", "threshold", "response_gain"})};
  return build_graph(expanded({weights, adapt}));
}

constexpr Sharing k_siblings{Sharing::Among::siblings, 3, 0.5};
constexpr Sharing k_shape{Sharing::Among::shape, 8, 0.01};
constexpr SlotIndex k_core(0), k_gpu(1);

// A core, and a GPU that takes a tenth of its time.
PackPolicy core_and_gpu(const Graph &graph) {
  const RunCosts slow(graph.nodes.size(), RunCost{10, 0}), fast(graph.nodes.size(), RunCost{1, 0});
  return PackPolicy(graph, {{k_siblings, 0}, {k_shape, 1}}, {slow, fast});
}

TEST(PackPolicy, SiblingsAreTheChildrenOfAParentAndNoneAreOfStageOne) {
  const Graph graph = two_families();
  const PackPolicy policy = core_and_gpu(graph);
  ASSERT_EQ(graph.nodes.size(), 8u);
  for (const NodeIndex a : Indexes<NodeIndex>(8)) {
    const int parent = graph.nodes[a.at()].parent;
    EXPECT_EQ(policy.group(k_core, a) < 0, parent < 0);
    EXPECT_EQ(policy.most(k_core, a), parent < 0 ? 1 : 3);
    for (const NodeIndex b : Indexes<NodeIndex>(8)) {
      const int other = graph.nodes[b.at()].parent;
      if (parent < 0) continue;
      EXPECT_EQ(policy.group(k_core, a) == policy.group(k_core, b), parent == other);
    }
  }
}

TEST(PackPolicy, OnAGpuRunsOfOneShapeWhateverTheirParents) {
  const Graph graph = two_families();
  const PackPolicy policy = core_and_gpu(graph);
  for (const NodeIndex a : Indexes<NodeIndex>(8)) {
    EXPECT_EQ(policy.most(k_gpu, a), 8);
    for (const NodeIndex b : Indexes<NodeIndex>(8)) {
      const RunSpec &one = graph.nodes[a.at()].spec, &other = graph.nodes[b.at()].spec;
      const bool alike = one.stage == other.stage &&
                         (one.stage == 1 || one.settings.activation == other.settings.activation);
      EXPECT_EQ(policy.group(k_gpu, a) == policy.group(k_gpu, b), alike);
    }
  }
}

TEST(PackPolicy, WhatDoesNotFitIsHalvedThereForItsGroup) {
  const Graph graph = two_families();
  PackPolicy policy = core_and_gpu(graph);
  const NodeIndex weights(0), adapt(2);
  policy.halve(k_gpu, weights, 8);
  EXPECT_EQ(policy.most(k_gpu, weights), 4);
  policy.halve(k_gpu, weights, 8); // another of that pack
  EXPECT_EQ(policy.most(k_gpu, weights), 4);
  policy.halve(k_gpu, weights, 1);
  EXPECT_EQ(policy.most(k_gpu, weights), 1);
  EXPECT_EQ(policy.most(k_gpu, adapt), 8);
  EXPECT_EQ(policy.most(k_core, adapt), 3);
}

TEST(PackPolicy, TimesOfAPack) {
  const PackPolicy policy = core_and_gpu(two_families());
  const std::vector<NodeIndex> three = {NodeIndex(2), NodeIndex(3), NodeIndex(4)};
  EXPECT_DOUBLE_EQ(policy.seconds(k_core, three), 10 * (1 + 2 * 0.5));
  EXPECT_DOUBLE_EQ(policy.seconds(k_gpu, three), 1.02);
  EXPECT_DOUBLE_EQ(policy.further_seconds(k_core, NodeIndex(2)), 5);
  EXPECT_DOUBLE_EQ(policy.limit_for(k_core, 3, 60), 180) << "as one after the other";
  EXPECT_DOUBLE_EQ(policy.limit_for(k_gpu, 3, 60), 60) << "all at once";
}

TEST(PackPolicy, AFairShareLeavesNoSlotIdle) {
  const Graph graph = two_families();
  const RunCosts costs(graph.nodes.size(), RunCost{0.37, 0.11});
  const PackPolicy policy = equal_slots(graph, 9, k_siblings, costs);
  const auto share = [&](int ready, int idle) {
    std::vector<SlotIndex> slots;
    for (int i = 0; i < idle; ++i) slots.emplace_back(i);
    return policy.fair_share(SlotIndex(0), NodeIndex(2), ready, slots);
  };
  EXPECT_EQ(share(3, 1), 3);
  EXPECT_EQ(share(3, 2), 2);
  EXPECT_EQ(share(3, 3), 1);
  EXPECT_EQ(share(6, 3), 2);
  EXPECT_EQ(share(1, 9), 1);
  // By what each gets done: a GPU that trains eight in 1.07 s, a core three in 20 s.
  const PackPolicy mixed = core_and_gpu(graph);
  EXPECT_EQ(mixed.fair_share(k_gpu, NodeIndex(2), 100, {k_core, k_gpu}), 99);
  EXPECT_EQ(mixed.fair_share(k_core, NodeIndex(2), 100, {k_core, k_gpu}), 2);
}

std::vector<int> numbers(const std::vector<NodeIndex> &runs) {
  std::vector<int> numbers;
  for (const NodeIndex run : runs) numbers.push_back(run.value());
  return numbers;
}

using Numbers = std::vector<int>;

// Families of 0 and 1: {2, 3, 4} and {5, 6, 7}, or mixed; found by their groups.
class Ready : public ::testing::Test {
protected:
  Ready() : graph_(two_families()), policy_(core_and_gpu(graph_)) {
    for (const NodeIndex run : Indexes<NodeIndex>(8)) {
      if (graph_.nodes[run.at()].parent == 0) family_.push_back(run.value());
    }
  }
  ReadyRuns all() const {
    ReadyRuns ready(policy_);
    for (const int run : {7, 6, 5, 4, 3, 2, 1, 0}) ready.add(NodeIndex(run));
    return ready;
  }
  Graph graph_;
  PackPolicy policy_;
  Numbers family_;
};

TEST_F(Ready, TakesTheFirstAndOthersThatFitThere) {
  ReadyRuns ready = all();
  EXPECT_EQ(ready.size(), 8);
  EXPECT_EQ(numbers(ready.take(k_core, NodeIndex(0), 3)), Numbers{0});
  const NodeIndex first(family_[0]);
  EXPECT_EQ(numbers(ready.take(k_core, first, 2)), (Numbers{family_[0], family_[1]}));
  EXPECT_EQ(*ready.first_that_fits(k_core, first, 3), NodeIndex(family_[2]));
  EXPECT_EQ(numbers(ready.take(k_core, NodeIndex(family_[2]), 3)), Numbers{family_[2]});
  EXPECT_FALSE(ready.first_that_fits(k_core, first, 3));
  EXPECT_EQ(ready.size(), 4);
}

TEST_F(Ready, WhatWasTakenInOneWayIsGoneInTheOther) {
  ReadyRuns ready = all();
  EXPECT_EQ(numbers(ready.take(k_gpu, NodeIndex(0), 8)), (Numbers{0, 1}));
  const std::vector<NodeIndex> pair = ready.take(k_gpu, NodeIndex(family_[0]), 8);
  EXPECT_EQ(pair.size(), 2u) << "one of each family";
  EXPECT_EQ(numbers(ready.take(k_core, NodeIndex(family_[1]), 3)),
            (Numbers{family_[1], family_[2]}));
}

TEST_F(Ready, OneThatIsKeptAloneIsInNoPackAndOthersPassItBy) {
  policy_.keep_within(NodeIndex(family_[1]), 1);
  ReadyRuns ready = all();
  EXPECT_EQ(numbers(ready.take(k_core, NodeIndex(family_[0]), 3)),
            (Numbers{family_[0], family_[2]}));
  EXPECT_EQ(numbers(ready.take(k_core, NodeIndex(family_[1]), 3)), Numbers{family_[1]});
}

TEST_F(Ready, APackIsNoLargerThanAnyOfItsRunsMayBeIn) {
  policy_.keep_within(NodeIndex(family_[1]), 2);
  ReadyRuns ready = all();
  EXPECT_EQ(numbers(ready.take(k_core, NodeIndex(family_[0]), 3)),
            (Numbers{family_[0], family_[1]}));
}

// What goes where. `states`: of the core and of the GPU.
class Placing : public Ready {
protected:
  std::optional<Placed> next(const SlotState &core, const SlotState &gpu, double now_s = 0) {
    return place(*ready_, policy_, SlotStates({core, gpu}), now_s);
  }
  static SlotState idle() { return {}; }
  static SlotState busy(double free_s) { return {SlotState::Is::trains, free_s, 1, std::nullopt}; }
  static SlotState open(double free_s, NodeIndex member, int training) {
    return {SlotState::Is::trains, free_s, training, member};
  }
  void only(const Numbers &runs) {
    ready_.emplace(policy_);
    for (const int run : runs) ready_->add(NodeIndex(run));
  }
  std::optional<ReadyRuns> ready_;
};

TEST_F(Placing, ARunGoesWhereItEndsFirst) {
  only({0});
  EXPECT_EQ(next(idle(), idle())->slot, k_gpu);
  only({0});
  EXPECT_EQ(next(idle(), busy(20))->slot, k_core);
  only({0});
  EXPECT_FALSE(next(idle(), busy(5))) << "the GPU has done it by 6 s, the core by 10 s";
  EXPECT_EQ(ready_->size(), 1);
}

TEST_F(Placing, SoManyWaitForTheFasterOneAsItEndsFirst) {
  only({0, 1});
  EXPECT_FALSE(next(idle(), busy(8.95))) << "together they are done by 9.96 s";
  only({0, 1});
  EXPECT_EQ(next(idle(), busy(8.995))->runs, std::vector<NodeIndex>{NodeIndex(1)}) << "10.005 s";
  // Where each takes it 3 s by itself.
  const RunCosts slow(8, RunCost{10, 0}), fast(8, RunCost{3, 0});
  policy_ = PackPolicy(graph_, {{k_siblings, 0}, {{}, 1}}, {slow, fast});
  only({0, 1, 2, 3, 4, 5, 6, 7});
  const std::optional<Placed> placed = next(idle(), busy(5));
  ASSERT_TRUE(placed);
  EXPECT_EQ(placed->slot, k_core);
  EXPECT_EQ(placed->runs.front(), NodeIndex(1))
      << "the first is done by 8 s there, the second by 11 s";
}

TEST_F(Placing, WhatIsLateIsExpectedToBeLateAsLongOnceMore) {
  only({0});
  EXPECT_FALSE(next(idle(), busy(5), 6));
  EXPECT_EQ(next(idle(), busy(5), 20)->slot, k_core);
}

TEST_F(Placing, ARunJoinsAPackOfItsGroupThatHasRoomAndLongToGo) {
  const NodeIndex member(family_[0]);
  only({family_[1]});
  const SlotState gpu = {SlotState::Is::closed};
  const std::optional<Placed> placed = next(open(20, member, 1), gpu);
  ASSERT_TRUE(placed);
  EXPECT_TRUE(placed->joins);
  EXPECT_EQ(numbers(placed->runs), Numbers{family_[1]});
  only({family_[1]});
  EXPECT_FALSE(next(open(1, member, 1), gpu)) << "about to end";
  EXPECT_FALSE(next(open(20, member, 3), gpu)) << "no room";
  EXPECT_FALSE(next(open(20, NodeIndex(0), 1), gpu)) << "of another kind";
  EXPECT_FALSE(next(busy(20), gpu)) << "takes nobody";
}

TEST_F(Placing, NobodyJoinsWhereAnIdleSlotIsAsGood) {
  policy_ = equal_slots(graph_, 2, k_siblings, RunCosts(8, RunCost{10, 0}));
  only({family_[1]});
  const std::optional<Placed> placed = next(open(12, NodeIndex(family_[0]), 1), {});
  ASSERT_TRUE(placed);
  EXPECT_FALSE(placed->joins);
  EXPECT_EQ(placed->slot.value(), 1);
}

TEST_F(Placing, NothingGoesToASlotThatRests) {
  only({0});
  EXPECT_FALSE(next({SlotState::Is::closed}, {SlotState::Is::closed}));
}

} // namespace
} // namespace pursuit
