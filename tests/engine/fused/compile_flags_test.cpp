// No file of the project is compiled with an option that could change bits.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace pursuit {
namespace {

// The commands of the files below src/, one per line of compile_commands.json.
std::vector<std::string> commands() {
  const char *folder = std::getenv("PURSUIT_BUILD_DIR");
  if (folder == nullptr) return {};
  std::ifstream file(std::filesystem::path(folder) / "compile_commands.json");
  std::vector<std::string> found;
  for (std::string line; std::getline(file, line);) {
    if (line.find("\"command\"") != std::string::npos && line.find("/src/") != std::string::npos) {
      found.push_back(line + " ");
    }
  }
  return found;
}

TEST(CompileFlags, NothingMayBeContractedOrReordered) {
  const std::vector<std::string> all = commands();
  if (all.empty()) GTEST_SKIP() << "no compile_commands.json in PURSUIT_BUILD_DIR";
  EXPECT_GT(all.size(), 50u);
  for (const std::string &command : all) {
    EXPECT_NE(command.find(" -ffp-contract=off "), std::string::npos) << command;
    EXPECT_NE(command.find(" -fno-fast-math "), std::string::npos) << command;
    for (const char *option :
         {" -ffast-math ", " -Ofast ", " -funsafe-math-optimizations ", " -fassociative-math ",
          " -freciprocal-math ", " -ffinite-math-only ", " -fno-signed-zeros ",
          " -ffp-contract=fast ", " -ffp-contract=on ", " -march=", " -mfma", " -mavx",
          " -frounding", " -mfpmath=", " -mrecip", " -mdaz-ftz "}) {
      EXPECT_EQ(command.find(option), std::string::npos) << option << " in " << command;
    }
  }
}

// The compiler did what the options say: a product and a sum that would differ if they were fused.
TEST(CompileFlags, AProductAndASumAreRoundedApart) {
  volatile float a = 1.0f + 0x1p-12f, c = -1.0f - 0x1p-11f;
  EXPECT_EQ(a * a + c, 0.0f); // a a = 1 + 2^-11 + 2^-24 is rounded to even; fused it leaves 2^-24
}

} // namespace
} // namespace pursuit
