// The engine is chosen first, then where it trains.
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "engine/engine_table.hpp"
#include "sweep/engine_choice.hpp"

namespace pursuit {
namespace {

std::string refusal(const std::string &engine, const std::string &devices) {
  try {
    choose_engine(engine, devices);
  } catch (const ConfigError &error) {
    return error.what();
  }
  return "";
}

TEST(EngineChoice, AutoIsTheDefaultEngineOnTheCoresThatAreAskedFor) {
  const EngineChoice choice = choose_engine("auto", "cpu:3");
  EXPECT_EQ(choice.name, "fused");
  EXPECT_EQ(choice.numerics, "fused-1");
  EXPECT_EQ(choice.describes_itself, make_engine({"fused"})->describe());
  ASSERT_EQ(choice.slots.size(), 3U);
  EXPECT_EQ(choice.slots[2].label, "cpu 2");
  EXPECT_EQ(choice.slots[0].sharing.most, engine_row("fused").siblings);
  EXPECT_TRUE(choice.notices.empty()) << choice.notices.front();
}

TEST(EngineChoice, ByName) {
  EXPECT_EQ(choose_engine("reference-double", "cpu:1").numerics, "reference-double-1");
  EXPECT_EQ(choose_engine("reference", "cpu:1").slots[0].sharing.most, 1);
}

TEST(EngineChoice, RefusesWhatThereIsNot) {
  EXPECT_NE(refusal("fusde", "cpu").find("did you mean \"fused\"?"), std::string::npos);
  EXPECT_EQ(refusal("reference", "cuda"),
            "the reference engine does not run on a GPU; --engine torch does");
  EXPECT_NE(refusal("fused", "cpus").find("cpus"), std::string::npos);
}

// As many slots as a batch system has granted, and a word of why.
TEST(EngineChoice, SaysWhatBindsTheNumberOfCores) {
  if (usable_cores().count < 2) GTEST_SKIP() << "one core: nothing can bind it further";
  ::setenv("SLURM_CPUS_PER_TASK", "1", 1);
  const EngineChoice bound = choose_engine("fused", "cpu");
  const EngineChoice asked = choose_engine("fused", "cpu:2");
  ::unsetenv("SLURM_CPUS_PER_TASK");
  EXPECT_EQ(bound.slots.size(), 1U);
  ASSERT_EQ(bound.notices.size(), 1U);
  EXPECT_EQ(bound.notices[0],
            "1 slot: SLURM_CPUS_PER_TASK=1; --devices cpu:K takes another number");
  EXPECT_EQ(asked.slots.size(), 2U);
  EXPECT_TRUE(asked.notices.empty());
}

} // namespace
} // namespace pursuit
