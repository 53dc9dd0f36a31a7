// The bits of fused-1, by SHA-256 of short trainings on synthetic data. A change here is seen,
// deliberate, and a new numerics name.
#include <gtest/gtest.h>

#include "engine/fused/instruction_set.hpp"
#include "support/simd_choice.hpp"
#include "train/digests.hpp"

namespace pursuit {
namespace {

TEST(Fused1, BitsAreThoseOfTheFirstVersion) {
  EXPECT_EQ(
      digests("fused", {1, 3, 37, 100}),
      "04913060e020b547 f256be5656c44541 1aeb6970ae6835da 9099a20b03c801cc 3fc090b3487a058c\n"
      "e2510a9c782d394a 3d5651004361f43d 8ad4fa7942b84c81 4709dffad04c4286 68529c371c6a5c14\n"
      "482c3578c18b5c36 e3d847f83c3413a9 dc6583c13d839cc8 ac94f483576024f9 75e5862f4bba072e\n"
      "6ac4033deeb47074 5d59ea94243cc60f b491f6a2b4455b0b ab13115f37d00ce3 3167bb8243f596f3\n");
}

TEST(Fused1, BitsAreThoseOfTheFirstVersionUnderEveryInstructionSet) {
  for (const fused::Passes *passes : fused::usable_passes()) {
    const SimdChoice choice(passes->name);
    EXPECT_EQ(digests("fused", {37}),
              "482c3578c18b5c36 e3d847f83c3413a9 dc6583c13d839cc8 ac94f483576024f9 "
              "75e5862f4bba072e\n")
        << passes->name;
  }
}

} // namespace
} // namespace pursuit
