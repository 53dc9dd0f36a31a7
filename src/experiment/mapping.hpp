// What may stand in an experiment file: its mappings, each a table of keys, and the forms that values have. One table for
// each mapping stands in mapping_tables.hpp. All of it is constant, and views what stands beside it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace pursuit {

struct Form;
struct Key;
struct Mapping;

namespace form {

struct Constant {
  std::variant<std::string_view, int> value;
};
struct Text {
  std::string_view default_text = "";
  bool may_be_empty = false;
};
// Letters, digits, _ and -; small letters only, unless capitals are allowed.
struct Name {
  std::size_t longest;
  bool has_capitals = false;
  std::span<const std::string_view> taken = {};
};
struct Word {
  const std::vector<std::string> &(*words)();
};
struct Whole {
  std::int64_t least, most;
};
struct Number {
  bool is_above_0 = false, is_not_0 = false;
};
// [lowest, highest]
struct Interval {};
// [a, b, n]
struct Spaced {
  bool is_above_0 = false;
};
// A value of the parameter, or a seed, that stands in the list which the mapping makes.
struct OwnValue {};
struct MeasureName {};
// Of a parameter that is a number, by either of its names.
struct NumberName {};
// One that has a name of its own: a row of k_definitions, or what is made of the tables of parameters, figures and measures.
struct Defined {
  std::string_view name;
  bool is_of_both = false; // the same in a file that stands alone and in one with `include`
};
struct Mapped {
  const Mapping *mapping;
};
struct ListOf {
  const Form *entry;
  int least = 0; // how many there must be
};
// A mapping of names to values.
struct ByName {
  Name name;
  const Form *value;
};
struct ByStage {
  const Form *in_stage_1, *in_stage_2;
};
struct AnyOf {
  const Form *first;
  std::size_t count;
};

} // namespace form

struct Form : std::variant<form::Constant, form::Text, form::Name, form::Word, form::Whole,
                           form::Number, form::Interval, form::Spaced, form::OwnValue,
                           form::MeasureName, form::NumberName, form::Defined, form::Mapped,
                           form::ListOf, form::ByName, form::ByStage, form::AnyOf> {
  using variant::variant;
};

// Whether it has that form, taken or not.
bool is_name(std::string_view text, const form::Name &form);

// One key of a mapping.
struct Key {
  std::string_view name;
  Form form;
  std::string_view help = "";    // what it is for
  std::string_view example = ""; // how to write it, for messages
  // of_stage_2: required there, forbidden in a stage 1.
  enum class Need { optional, required, of_stage_2 } need = Need::optional;
  std::string_view expected = ""; // the form in words, for messages; "": the reader checks it
};

// Keys that people write and that have no meaning there: what to say of one, and what to do. {} stands for the key.
struct MisplacedKeys {
  std::span<const std::string_view> names;
  std::string_view what, next;
};

struct Mapping {
  std::span<const Key> keys = {};
  // Parameters that have a meaning in the stage as further keys, with one value each, a list, or either; on_axes: only as
  // keys of grid, zip and list.
  enum class Parameters { none, value, list, value_or_list, on_axes } parameters = Parameters::none;
  int least = 0;                                 // how many keys it must have
  std::span<const std::string_view> one_of = {}; // it must have exactly one of these
  std::span<const MisplacedKeys> misplaced = {};

  // nullptr if there is no such key.
  const Key *find(std::string_view name) const;
  const MisplacedKeys *find_misplaced(std::string_view name) const;
};

} // namespace pursuit
