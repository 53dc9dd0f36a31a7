// Which engines there are, and what is said where one is not.
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>

#include "../base/outside_program.hpp"
#include "base/errors.hpp"
#include "engine/engine.hpp"

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
  EXPECT_NE(make_engine({k_default_engine}), nullptr);
}

TEST(MakeEngine, UnknownEngineIsToldWithTheKnownOnes) {
  EXPECT_EQ(complaint({"fusde"}),
            "no engine \"fusde\" here; choose fused, torch, reference or reference-double");
}

TEST(MakeEngine, TraitsAreKnownWithoutTheEngine) {
  EXPECT_GT(engine_traits("fused").siblings, 1);
  EXPECT_LT(engine_traits("fused").further_sibling, 1);
  EXPECT_FALSE(engine_traits("fused").runs_on_gpu);
  for (const char *name : {"torch", "reference", "reference-double"}) {
    EXPECT_EQ(engine_traits(name).siblings, 1) << name;
  }
  EXPECT_TRUE(engine_traits("torch").runs_on_gpu);
  EXPECT_THROW(engine_traits("auto"), ConfigError);
}

TEST(MakeEngine, ReferenceHasNoGpu) {
  EXPECT_NE(complaint({"reference", "cuda:0"}).find("runs on cpu only"), std::string::npos);
}

// The folder of this test program holds no module, so that the variable decides.
class TorchModule : public testing::Test {
protected:
  void SetUp() override { ::setenv("PURSUIT_MODULE_DIR", scratch_.path().c_str(), 1); }
  void TearDown() override { ::unsetenv("PURSUIT_MODULE_DIR"); }
  ScratchFolder scratch_;
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
