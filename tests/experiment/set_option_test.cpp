#include "experiment/merge.hpp"
#include "experiment/set_option.hpp"

#include <gtest/gtest.h>

#include "experiment/value_json.hpp"
#include "experiment/yaml_value.hpp"

namespace pursuit {
namespace {

Value tree(const std::string &text) {
  Faults faults;
  std::optional<Value> root = read_yaml(text, "x.yaml", faults);
  faults.throw_if_any();
  return *root;
}

std::string after_set(const std::string &text, const std::string &set) {
  Value root = tree(text);
  Faults faults;
  apply_set(root, set, faults);
  faults.throw_if_any();
  return json_text(root);
}

TEST(Set, replaces_and_adds) {
  EXPECT_EQ(after_set("{a: {b: 1, c: 2}}", "a.b=5"), R"({"a":{"b":5,"c":2}})");
  EXPECT_EQ(after_set("{a: {b: 1}}", "a=[1, x]"), R"({"a":[1,"x"]})");
  EXPECT_EQ(after_set("{a: 1}", "b.c.d=true"), R"({"a":1,"b":{"c":{"d":true}}})");
  EXPECT_EQ(after_set("{a: [1, 2, 3]}", "a.1=x=y"), R"({"a":[1,"x=y",3]})");
  EXPECT_EQ(after_set("{a: 1}", "a="), R"({"a":null})");
  EXPECT_EQ(after_set("{a: 1}", "a=\"5\""), R"({"a":"5"})");
}

TEST(Set, knows_both_names_of_a_parameter) {
  EXPECT_EQ(after_set("{decay_taus: 30}", "tau=20"), R"({"tau":20})");
  EXPECT_EQ(after_set("{tau: 30}", "decay_taus=20"), R"({"decay_taus":20})");
}

TEST(Set, never_makes_a_stage_by_mistake) {
  EXPECT_THROW(after_set("{stages: {weights: {N: 1}}}", "stages.weihgts.N=5"), ConfigError);
}

TEST(Set, every_value_has_the_option_for_its_place) {
  Value root = tree("{a: 1}");
  Faults faults;
  apply_set(root, "a=[{b: 1}]", faults);
  const Value &item = (*root.find("a")->sequence())[0];
  EXPECT_EQ(to_text(item.where), "--set a");
  EXPECT_EQ(to_text(item.find("b")->where), "--set a");
}

TEST(Merge, mappings_merge_and_everything_else_replaces) {
  const Value whole = merged(tree("{a: {x: 1, y: [1, 2]}, b: 1, c: {z: 1}}"),
                             tree("{a: {y: [3], w: 4}, c: 5, d: 6}"));
  EXPECT_EQ(json_text(whole), R"({"a":{"x":1,"y":[3],"w":4},"b":1,"c":5,"d":6})");
}

TEST(Merge, the_two_names_of_a_parameter_are_one_key) {
  EXPECT_EQ(json_text(merged(tree("{decay_taus: 30, N: 1}"), tree("{tau: 20}"))),
            R"({"tau":20,"N":1})");
}

} // namespace
} // namespace pursuit
