// The bits of reference-1, by SHA-256 of short trainings on synthetic data: on every machine, with
// every instruction set. A change here is a new numerics name.
#include <gtest/gtest.h>

#include "train/digests.hpp"

namespace pursuit {
namespace {

TEST(Reference1, BitsAreThoseOfTheFirstVersion) {
  EXPECT_EQ(
      digests("reference", {1, 3, 37}),
      "e7ecdd802f4dad43 c02c4d946603d9d1 7eaaadb4d057552e 3a55fcf86e83a6fe 1728d830c9934aec\n"
      "e9b94a4215e59812 9271c7c63f210883 c7142a50e7352e80 42b7ada9c63a9643 0c2e637ee0026ac1\n"
      "6838225ab282dc30 8b341c5a68ff32d9 a5e1e4130ed2d61e 0f043e399c85b473 3e68abb3c8f8201b\n");
}

} // namespace
} // namespace pursuit
