// Without its module, the torch engine is a fault of the user's with a way out.
#include <cstdlib>

#include <gtest/gtest.h>

#include "base/errors.hpp"
#include "engine/engine.hpp"

namespace pursuit {

TEST(TorchAbsent, SaysWhatIsMissingAndHowToGetIt) {
  setenv("PURSUIT_MODULE_DIR", "/nonexistent", 1);
  try {
    make_engine({"torch", "cpu", 0.9});
    FAIL() << "there is a torch module beside this test";
  } catch (const ConfigError &error) {
    const std::string text = error.what();
    EXPECT_NE(text.find("pursuit_torch.so"), std::string::npos) << text;
    EXPECT_NE(text.find("/nonexistent"), std::string::npos) << text;
    EXPECT_NE(text.find("tools/setup torch"), std::string::npos) << text;
  }
}

} // namespace pursuit
