// The estimate of how long a plan takes: from measurements, from the file that keeps them, and from nothing.
#include <gtest/gtest.h>

#include <algorithm>

#include "sweep/speeds.hpp"

namespace pursuit {
namespace {

constexpr const char *k_avx512 = "fused, avx512, on cpu";

RunSpec spec(int stage, std::int64_t N, std::int64_t n_trials = 1000) {
  RunSpec spec;
  spec.stage = stage;
  spec.settings.N = N;
  spec.settings.n_trials = n_trials;
  return spec;
}

TEST(UsualTimes, DependOnTheInstructionSetAndTheEngine) {
  // Processor times of an idle Xeon, ms a trial (tools/bench/RESULTS.md). Within a fifth: three numbers stand for all N.
  const auto within_a_fifth = [](double guess, double measured) {
    EXPECT_LT(guess, measured * 1.2);
    EXPECT_GT(guess, measured / 1.2);
  };
  within_a_fifth(usual_training_s(k_avx512, spec(1, 64), 1000), 0.041);
  within_a_fifth(usual_training_s(k_avx512, spec(1, 250), 1000), 0.360);
  within_a_fifth(usual_training_s(k_avx512, spec(1, 500), 1000), 1.168);
  within_a_fifth(usual_training_s(k_avx512, spec(2, 250), 1000), 0.299);
  within_a_fifth(usual_training_s("fused, avx2, on cpu", spec(1, 100), 1000), 0.115);
  within_a_fifth(usual_training_s("fused, avx2, on cpu", spec(1, 500), 1000), 1.995);
  within_a_fifth(usual_training_s("fused, avx2, on cpu", spec(2, 250), 1000), 0.427);
  within_a_fifth(usual_training_s("fused, scalar, on cpu", spec(1, 250), 1000), 30.9);
  within_a_fifth(usual_training_s("reference, plain loops, on cpu", spec(1, 500), 1000), 2.613);
  within_a_fifth(usual_training_s("torch-2.11.0-cpu-avx512", spec(1, 250), 1000), 8.764);
  EXPECT_GT(usual_training_s("reference-double, plain loops, on cpu", spec(1, 250), 1000),
            usual_training_s("reference, plain loops, on cpu", spec(1, 250), 1000));
}

// As counted in measure/evaluation.hpp: 600 of the prior's conditions, 480 of tuning, 560 of 28 days.
TEST(UsualTimes, OfAnEvaluationAreThoseOfItsTrials) {
  const Evaluate usual;
  const double all = usual_evaluation_s(k_avx512, spec(1, 250), usual, 28);
  const double one = all / 1640;
  EXPECT_NEAR(all, 0.27, 0.09); // measured: 0.51 s where a trial of stage 1 took 1.9 times as long
  Evaluate few = usual;
  few.trials = 1;
  EXPECT_DOUBLE_EQ(usual_evaluation_s(k_avx512, spec(1, 250), few, 0), 54 * one);
  RunSpec cued = spec(1, 250);
  cued.mode = Mode::prior_input; // twice, but for the days
  EXPECT_DOUBLE_EQ(usual_evaluation_s(k_avx512, cued, usual, 28), (2 * 1080 + 560) * one);
  Evaluate shuffled = usual;
  shuffled.shuffles = 100; // 2 contrasts, 2 directions: 10 trials each, and once 100
  EXPECT_DOUBLE_EQ(usual_evaluation_s(k_avx512, spec(2, 250), shuffled, 28),
                   (1640 + 4 * 1100) * one);
  EXPECT_DOUBLE_EQ(usual_evaluation_s(k_avx512, spec(1, 250), shuffled, 28), all);
}

// A machine on which stage 1 takes twice as long as usual and stage 2 three times; its runs come in packs of three.
TEST(Speeds, AreThoseOfTheNearestKindThatWasMeasured) {
  const RunSpec one = spec(1, 250), two = spec(2, 250);
  const Sharing siblings{Sharing::Among::siblings, 3, 0.5};
  const double usual_one = usual_training_s(k_avx512, one, 1000);
  const double usual_pack = usual_training_s(k_avx512, two, 1000) * 2; // 1 + 2 * 0.5
  const Speeds speeds = speeds_of({{&one, 1000, 2 * usual_one, 1},
                                   {&one, 500, usual_one, 1}, // went on from a checkpoint
                                   {&two, 1000, 3 * usual_pack, 3},
                                   {&two, 1000, 3 * usual_pack, 3},
                                   {&two, 1000, 3 * usual_pack, 3}},
                                  k_avx512, siblings);
  EXPECT_DOUBLE_EQ(speeds.ratio({1, 250}), 2);
  EXPECT_DOUBLE_EQ(speeds.ratio({2, 250}), 3);
  EXPECT_DOUBLE_EQ(speeds.ratio({1, 500}), 2);
  EXPECT_DOUBLE_EQ(speeds.ratio({2, 100}), 3);
  EXPECT_DOUBLE_EQ(Speeds().ratio({1, 250}), 1);
}

TEST(Speeds, AMomentSaysNothing) {
  const RunSpec tiny = spec(1, 3, 10);
  const Speeds speeds = speeds_of({{&tiny, 10, 0.05, 1}}, k_avx512, {});
  EXPECT_DOUBLE_EQ(speeds.ratio({1, 3}), 1);
}

TEST(Speeds, ArePutIntoEveryCost) {
  Graph graph;
  for (const int stage : {1, 2}) {
    Node node;
    node.spec = spec(stage, 250);
    graph.nodes.push_back(node);
  }
  const Evaluate settings;
  const RunCosts usual = run_costs(graph, k_avx512, {}, settings, 28);
  Speeds speeds;
  speeds.add({1, 250}, 2, 1);
  const RunCosts slow = run_costs(graph, k_avx512, speeds, settings, 28);
  ASSERT_EQ(slow.size(), 2u);
  for (const NodeIndex i : slow.indexes()) { // the files of a run, 0.01 s, take as long as ever
    EXPECT_NEAR(slow[i].train, 2 * usual[i].train - 0.01, 1e-12);
    EXPECT_NEAR(slow[i].evaluate, 2 * usual[i].evaluate - 0.01, 1e-12);
  }
}

TEST(SpeedsFile, KeepsWhatWasMeasuredByHostEngineAndKind) {
  Speeds first;
  first.add({1, 250}, 3, 2);
  std::string text = with_speeds("", "here", k_avx512, first);
  EXPECT_EQ(text, "here\tfused, avx512, on cpu\t1\t250\t1.5\n");
  Speeds second;
  second.add({1, 250}, 5, 2);
  second.add({2, 250}, 4, 2);
  text = with_speeds(text, "here", k_avx512, second);
  EXPECT_DOUBLE_EQ(read_speeds(text, "here", k_avx512).ratio({1, 250}), 2); // the mean
  EXPECT_DOUBLE_EQ(read_speeds(text, "here", k_avx512).ratio({2, 250}), 2);
  text = with_speeds(text, "there", k_avx512, first);
  EXPECT_DOUBLE_EQ(read_speeds(text, "there", k_avx512).ratio({1, 250}), 1.5);
  EXPECT_DOUBLE_EQ(read_speeds(text, "here", k_avx512).ratio({1, 250}), 2);
  EXPECT_DOUBLE_EQ(read_speeds(text, "here", "fused, avx2, on cpu").ratio({1, 250}), 1);
}

TEST(SpeedsFile, LinesThatAreNoneArePassedOver) {
  const std::string text =
      "\n\t\t\t\t\nhere\tfused, avx512, on cpu\t1\t250\tnan\nhere\tfused, avx512, on "
      "cpu\t1\t250\t-1\n"
      "here\tfused, avx512, on cpu\t1\t0\t2\nhere\tfused, avx512, on cpu\t1\t250\t1e300\n"
      "here\tfused, avx512, on cpu\t1\t250\t1.25\t\nhere\tfused, avx512, on cpu\t1\t500\t1.25";
  EXPECT_EQ(read_speeds(text, "here", k_avx512).ratios(),
            (std::map<Speeds::Kind, double>{{{1, 500}, 1.25}}));
}

TEST(SpeedsFile, HasABound) {
  std::string text;
  for (int n = 1; n <= 1200; ++n)
    text += "here\tfused, avx512, on cpu\t1\t" + std::to_string(n) + "\t1.5\n";
  Speeds speeds;
  speeds.add({1, 5000}, 3, 2);
  text = with_speeds(text, "here", k_avx512, speeds); // the oldest have gone
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1000);
  EXPECT_EQ(read_speeds(text, "here", k_avx512).ratios().begin()->first, (Speeds::Kind{1, 202}));
}

} // namespace
} // namespace pursuit
