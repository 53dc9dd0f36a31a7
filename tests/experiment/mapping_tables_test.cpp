#include "experiment/mapping_tables.hpp"

#include <array>
#include <set>

#include <gtest/gtest.h>

#include "experiment/faults.hpp"
#include "experiment/fields.hpp"
#include "experiment/words.hpp"
#include "experiment/yaml_value.hpp"

namespace pursuit {
namespace {

constexpr std::array k_tables = {
    &k_file,        &k_synthetic_data, &k_synthetic,    &k_defaults,
    &k_stage,       &k_needed_stage,   &k_needed_files, &k_counted_seeds,
    &k_sweep,       &k_when,           &k_override,     &k_columns,
    &k_point,       &k_match,          &k_stepped,      &k_linspace,
    &k_geomspace,   &k_bounds_by_name, &k_evaluate,     &k_figure_options,
    &k_expectation, &k_run_group,      &k_pair};

TEST(MappingTables, a_key_stands_once_in_its_table_and_is_not_misplaced_there) {
  for (const Mapping *table : k_tables) {
    std::set<std::string_view> names;
    for (const Key &key : table->keys) {
      EXPECT_TRUE(names.insert(key.name).second) << key.name;
      EXPECT_EQ(table->find_misplaced(key.name), nullptr) << key.name;
      EXPECT_EQ(table->find(key.name), &key) << key.name;
    }
    for (const std::string_view one : table->one_of) EXPECT_NE(table->find(one), nullptr) << one;
  }
}

TEST(MappingTables, every_key_has_help) {
  for (const Mapping *table : k_tables) {
    for (const Key &key : table->keys) EXPECT_FALSE(key.help.empty()) << key.name;
  }
  for (const Key &key : k_definitions) EXPECT_FALSE(key.help.empty()) << key.name;
}

TEST(MappingTables, every_option_of_a_figure_has_a_row) {
  for (const std::string &figure : figure_words()) {
    for (const std::string &option : figure_option_words(figure))
      EXPECT_NE(k_figure_options.find(option), nullptr) << figure << " " << option;
  }
}

// The complaints of reading `key` of this text by the table.
std::string complaints(const std::string &text, const Mapping &table, std::string_view key) {
  Faults faults;
  const std::optional<Value> value = read_yaml(text, "x.yaml", faults);
  const Fields fields(*value, {&table}, "here", faults);
  fields.get(key);
  fields.finish();
  std::string all;
  for (const Complaint &complaint : faults.complaints())
    all += complaint.what + "; " + complaint.next + "\n";
  return all;
}

TEST(Fields, say_what_the_rows_say) {
  EXPECT_EQ(complaints("{from: 1}", k_counted_seeds, "count"),
            "here: the key \"count\" is missing; write seeds: {from: 1, count: 6}\n");
  EXPECT_EQ(complaints("{zip: 5}", k_sweep, "zip"),
            "here: zip: expected lists of values by "
            "parameter, found the number 5; write zip: {N: [100, 250]}\n");
  EXPECT_EQ(complaints("{trials: many}", k_evaluate, "trials"),
            "here: trials: expected a whole number, found the text \"many\"; \n");
  EXPECT_EQ(complaints("{grid: {}}", k_stage, "seeds"),
            "here: \"grid\" belongs into sweep; write sweep: {grid: ...}\n");
  EXPECT_EQ(complaints("{decay_taus: 3}", k_sweep, "grid"),
            "here: decay_taus stands on no axis; write sweep: {grid: {decay_taus: [...]}}\n");
  EXPECT_EQ(complaints("{form: 1, to: 2}", k_stepped, "to"),
            "here: unknown key \"form\"; did you mean \"from\"?\n");
  EXPECT_THROW(complaints("{}", k_evaluate, "trails"), InternalError);
}

} // namespace
} // namespace pursuit
