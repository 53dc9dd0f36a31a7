// What the signals that ask a program to stop mean.
#include <gtest/gtest.h>

#include "base/signal_rule.hpp"

namespace pursuit {
namespace {

TEST(SignalRule, TheFirstStopsAndALaterOneEnds) {
  SignalRule rule;
  EXPECT_EQ(rule.first(), 0);
  EXPECT_EQ(rule.take(15, 100), StopRequest::stop);
  EXPECT_EQ(rule.take(2, 100.5), StopRequest::repeat) << "within half a second of the first";
  EXPECT_EQ(rule.take(2, 100.51), StopRequest::end);
  EXPECT_EQ(rule.first(), 15);
}

} // namespace
} // namespace pursuit
