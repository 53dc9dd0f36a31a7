#include <gtest/gtest.h>

#include "plan/differences.hpp"

namespace pursuit {
namespace {

RunSpec weights(double tau_ms, std::uint64_t seed) {
  RunSpec spec;
  spec.settings.N = 9;
  spec.settings.tau_ms = tau_ms;
  spec.settings.n_trials = 30;
  spec.seed = seed;
  spec.data_sha256 = std::string(64, 'd');
  spec.numerics = "fused-1";
  return spec;
}

RunSpec adapted(const RunSpec &parent, Activation activation) {
  RunSpec spec = parent;
  spec.stage = 2;
  spec.settings.activation = activation;
  spec.settings.learning_rate = 1e-4;
  spec.parent_id = run_id(parent);
  return spec;
}

std::vector<std::string> texts(const std::vector<Difference> &all) {
  std::vector<std::string> texts;
  for (const Difference &difference : all) texts.push_back(to_text(difference));
  return texts;
}

TEST(Differences, AreNamedAsInTheFile) {
  EXPECT_TRUE(differences(weights(30, 1), weights(30, 1)).empty());
  RunSpec other = weights(50, 2);
  other.numerics = "fused-2";
  other.data_sha256 = std::string(64, 'e');
  EXPECT_EQ(texts(differences(weights(30, 1), other)),
            (std::vector<std::string>{"tau: 30 -> 50", "seed: 1 -> 2",
                                      "data sha256 dddddddddddd -> eeeeeeeeeeee",
                                      "numerics fused-1 -> fused-2"}));
}

TEST(Differences, OfTheParentThatTheRunDoesNotShow) {
  const RunSpec before = weights(30, 1);
  RunSpec after = before;
  after.settings.learning_rate = 2e-4;
  const RunSpec child_before = adapted(before, Activation::threshold);
  const RunSpec child_after = adapted(after, Activation::threshold);
  const std::vector<std::string> found =
      texts(differences({&child_before, &before}, {&child_after, &after}));
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(found[0].starts_with("parent: ")) << found[0];
  EXPECT_EQ(found[1], "parent's learning_rate: 0.0001 -> 0.0002");
}

TEST(Nearest, HasTheFewestDifferencesAndIsOfTheSameKind) {
  const RunSpec run = weights(50, 1);
  const RunSpec far = weights(30, 2), near = weights(30, 1);
  const RunSpec child = adapted(run, Activation::threshold);
  const std::vector<Candidate> candidates = {
      {{&far, nullptr}, false, ""}, {{&near, nullptr}, true, ""}, {{&child, &run}, false, ""}};
  EXPECT_EQ(nearest({&run, nullptr}, candidates), 1);
  EXPECT_EQ(nearest({&child, &run}, std::span(candidates).first(2)), -1);
}

// A sweep of two taus whose learning rate was changed: tau 10 differs from the old tau 10 and from
// the new tau 30 in one setting each; the old one is what it was.
TEST(Nearest, OfEqualsIsNotAskedForAnyMoreThenTheLatest) {
  const RunSpec run = weights(10, 1), sibling = weights(30, 1);
  RunSpec old = run, older = run;
  old.settings.learning_rate = 2e-4;
  older.settings.learning_rate = 3e-4;
  const std::vector<Candidate> candidates = {{{&sibling, nullptr}, true, "2026-03-01T00:00:00Z"},
                                             {{&old, nullptr}, false, "2026-02-02T00:00:00Z"},
                                             {{&older, nullptr}, false, "2026-02-01T00:00:00Z"}};
  EXPECT_EQ(nearest({&run, nullptr}, candidates), 1);
}

} // namespace
} // namespace pursuit
