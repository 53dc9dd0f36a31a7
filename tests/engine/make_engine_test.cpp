// Which engines there are, and what is said where one is not.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "base/errors.hpp"
#include "engine/engine_table.hpp"
#include "support/outside.hpp"

namespace pursuit {
namespace {

std::string complaint(const EngineRequest &request) {
  try {
    make_engine(request);
  } catch (const ConfigError &error) {
    return to_text(error.complaints().at(0));
  }
  return "no error";
}

TEST(MakeEngine, NamesTheReferencesNumerics) {
  EXPECT_EQ(make_engine({"reference"})->numerics(), "reference-1");
  EXPECT_EQ(make_engine({"reference-double"})->numerics(), "reference-double-1");
  EXPECT_NE(make_engine({"fused"}), nullptr);
}

TEST(MakeEngine, TheTableKnowsTheNumericsThatRunsGet) {
  for (const EngineRow &row : engine_table()) {
    if (row.numerics.empty()) continue; // its module's
    EXPECT_EQ(make_engine({std::string(row.name)})->numerics(), row.numerics);
    EXPECT_EQ(engine_of_numerics(row.numerics), &row);
  }
  EXPECT_EQ(engine_of_numerics("torch-2.11.0-cpu-avx512"), &engine_row("torch"));
  EXPECT_EQ(engine_of_numerics("fused-2"), nullptr);
  EXPECT_EQ(engine_of_numerics("reference-1x"), nullptr);
}

TEST(MakeEngine, AutoIsTheDefaultAndOnAGpuWhatRunsThere) {
  EXPECT_EQ(chosen_engine("auto", false), "fused");
  EXPECT_EQ(chosen_engine("auto", true), "torch");
  EXPECT_EQ(chosen_engine("reference", true), "reference");
  EXPECT_EQ(engine_words(),
            (std::vector<std::string>{"auto", "fused", "torch", "reference", "reference-double"}));
}

TEST(MakeEngine, UnknownEngineIsToldWithTheKnownOnes) {
  EXPECT_EQ(complaint({"fusde"}),
            "no engine \"fusde\" here; choose fused, torch, reference or reference-double");
}

TEST(MakeEngine, TraitsAreKnownWithoutTheEngine) {
  EXPECT_GT(engine_row("fused").siblings, 1);
  EXPECT_LT(engine_row("fused").further_sibling, 1);
  EXPECT_FALSE(engine_row("fused").runs_on_gpu);
  for (const char *name : {"torch", "reference", "reference-double"}) {
    EXPECT_EQ(engine_row(name).siblings, 1) << name;
  }
  EXPECT_TRUE(engine_row("torch").runs_on_gpu);
  EXPECT_THROW(engine_row("auto"), ConfigError);
}

TEST(MakeEngine, ReferenceHasNoGpu) {
  EXPECT_NE(complaint({"reference", "cuda:0"}).find("runs on cpu only"), std::string::npos);
}

// The folder of this test program holds no module, so that the variable decides.
class TorchModule : public testing::Test {
protected:
  void SetUp() override { ::setenv("PURSUIT_MODULE_DIR", scratch_.path().c_str(), 1); }
  void TearDown() override { ::unsetenv("PURSUIT_MODULE_DIR"); }
  Scratch scratch_;
};

TEST_F(TorchModule, MissingModuleSaysWhatToRun) {
  const std::string text = complaint({"torch"});
  EXPECT_NE(text.find("pursuit_torch.so is not installed"), std::string::npos) << text;
  EXPECT_NE(text.find(scratch_.path().string()), std::string::npos) << text;
  EXPECT_NE(text.find("tools/setup torch"), std::string::npos) << text;
}

TEST_F(TorchModule, DamagedModuleIsNamed) {
  std::ofstream(scratch_ / "pursuit_torch.so") << "not a shared object";
  const std::string text = complaint({"torch"});
  EXPECT_NE(text.find("cannot load"), std::string::npos) << text;
  EXPECT_NE(text.find("pursuit_torch.so"), std::string::npos) << text;
}

} // namespace
} // namespace pursuit
