#include "experiment/yaml_value.hpp"

#include <gtest/gtest.h>

#include "experiment/value_json.hpp"

namespace pursuit {
namespace {

std::string json_of(const std::string &text) {
  Faults faults;
  const std::optional<Value> root = read_yaml(text, "x.yaml", faults);
  faults.throw_if_any();
  return json_text(*root);
}

std::string fault_of(const std::string &text) {
  try {
    return json_of(text);
  } catch (const ConfigError &error) {
    return error.what();
  }
}

TEST(YamlValue, quoted_scalars_are_strings) {
  EXPECT_EQ(json_of("[5, \"5\", '5', yes, \"true\", true, ~, \"~\", 010]"),
            R"([5,"5","5","yes","true",true,null,"~",10])");
}

TEST(YamlValue, tags_of_the_core_schema) {
  EXPECT_EQ(json_of("[!!str 5, !!int \"5\", !!float 5, !!bool \"true\", !!null \"\", ! 5]"),
            R"(["5",5,5.0,true,null,"5"])");
  EXPECT_EQ(json_of("!!map {a: !!seq [1]}"), R"({"a":[1]})");
}

TEST(YamlValue, aliases_are_written_out) {
  EXPECT_EQ(json_of("{a: &x [1, {b: 2}], c: *x, d: [*x]}"),
            R"({"a":[1,{"b":2}],"c":[1,{"b":2}],"d":[[1,{"b":2}]]})");
  EXPECT_EQ(json_of("{a: &x 1, b: &x 2, c: *x}"), R"({"a":1,"b":2,"c":2})");
}

TEST(YamlValue, block_texts_keep_their_lines) {
  EXPECT_EQ(json_of("a: |\n  one\n  two\nb: >-\n  one\n  two\n"),
            R"({"a":"one\ntwo\n","b":"one two"})");
  EXPECT_EQ(json_of("a: |\n  last\n"), R"({"a":"last\n"})");
  EXPECT_EQ(json_of("a: |-\n  last"), R"({"a":"last"})");
}

TEST(YamlValue, keys_that_differ_only_in_case_are_two) {
  EXPECT_EQ(json_of("{N: 1, n: 2}"), R"({"N":1,"n":2})");
}

TEST(YamlValue, places_count_characters_from_1) {
  Faults faults;
  const std::optional<Value> root =
      read_yaml("# caf\xc3\xa9\n\"caf\xc3\xa9\": {b: [1, 22]}\nempty:\n", "x.yaml", faults);
  ASSERT_TRUE(root.has_value());
  const Value &b = *root->find("caf\xc3\xa9")->find("b");
  EXPECT_EQ(to_text(b.where), "x.yaml:2:13");
  EXPECT_EQ(to_text((*b.sequence())[1].where), "x.yaml:2:17");
  EXPECT_EQ(to_text(root->find("empty")->where), "x.yaml:3:1"); // nothing stands nowhere
}

TEST(YamlValue, marks_of_documents) {
  EXPECT_EQ(json_of("---\na: 1\n...\n"), R"({"a":1})");
  EXPECT_EQ(json_of("\xEF\xBB\xBF"
                    "a: 1"),
            R"({"a":1})");
  EXPECT_EQ(fault_of("a: 1\n---\nb: 2\n").find("x.yaml:2:1: a second document begins here"), 0u);
  EXPECT_EQ(fault_of("a: 1\n...\n---\nb: 2\n").find("x.yaml:3:1: a second document"), 0u);
}

TEST(YamlValue, what_yaml_cpp_lets_through) {
  EXPECT_EQ(fault_of("a: \"open\n").find("x.yaml:2:1: a quoted text is not closed"), 0u);
  EXPECT_EQ(fault_of("a: 'open").find("x.yaml:1:9: a quoted text is not closed"), 0u);
  EXPECT_EQ(fault_of("a: [1,\n\t2]\n\tb: 1").find("x.yaml:"), 0u);
}

TEST(YamlValue, bytes_that_are_no_text) {
  EXPECT_EQ(fault_of("a: \xff").find("x.yaml:1:4: byte 0xff is not UTF-8"), 0u);
  EXPECT_EQ(fault_of("a: \xc0\xaf").find("x.yaml:1:4: byte 0xc0"), 0u);         // overlong
  EXPECT_EQ(fault_of("a: \xed\xa0\x80").find("x.yaml:1:4: byte 0xed"), 0u);     // surrogate
  EXPECT_EQ(fault_of("a: \xf4\x90\x80\x80").find("x.yaml:1:4: byte 0xf4"), 0u); // too large
  EXPECT_EQ(fault_of("a: \xe2\x86").find("x.yaml:1:4: byte 0xe2"), 0u);         // cut off
  EXPECT_EQ(fault_of(std::string("a: \0b", 5)).find("x.yaml:1:4: byte 0x00 is a control"), 0u);
}

} // namespace
} // namespace pursuit
