// Indexes of different things cannot be mixed.
#include <string>
#include <type_traits>

#include <gtest/gtest.h>

#include "base/index.hpp"

namespace pursuit {
namespace {

using Apple = Index<struct AppleOf>;
using Pear = Index<struct PearOf>;

static_assert(!std::is_convertible_v<Apple, Pear> && !std::is_constructible_v<Pear, Apple>);
static_assert(!std::is_convertible_v<int, Apple> && !std::is_convertible_v<Apple, int>);
static_assert(!std::is_invocable_v<std::equal_to<>, Apple, Pear>);
static_assert(std::is_trivially_copyable_v<Apple> && sizeof(Apple) == sizeof(int));

TEST(Index, CountsThroughItsOwnList) {
  IndexedVector<Apple, std::string> names(2, "a");
  names[Apple(1)] = "b";
  std::string all;
  for (const Apple apple : names.indexes()) all += std::to_string(apple.value()) + names[apple];
  EXPECT_EQ(all, "0a1b");
  EXPECT_LT(Apple(0), Apple(1));
  EXPECT_EQ(names.take_items(), (std::vector<std::string>{"a", "b"}));
  IndexedVector<Apple, bool> flags(1);
  flags[Apple(0)] = true;
  EXPECT_TRUE(flags[Apple(0)]);
}

} // namespace
} // namespace pursuit
