#include "experiment/read_expectations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include <fmt/format.h>

#include "experiment/fields.hpp"
#include "experiment/read_match.hpp"
#include "experiment/read_measure.hpp"
#include "experiment/value_json.hpp"
#include "experiment/words.hpp"

namespace pursuit {

namespace {

constexpr std::array<std::pair<const char *, Demand>, 4> k_demands = {
    {{"mean_between", Demand::mean_between},
     {"less_than", Demand::less_than},
     {"greater_than", Demand::greater_than},
     {"paired_difference", Demand::paired_difference}}};

bool is_finite_number(const Value &value) {
  const std::optional<double> number = number_of(value);
  return number && std::isfinite(*number);
}

// What stands where [lowest, highest] is to stand, and how to mend it.
std::pair<std::string, std::string> no_interval(const Value &value) {
  const char *form = "write [lowest, highest]";
  const Value::Sequence *ends = value.sequence();
  if (ends == nullptr || ends->empty()) return {described(value), form};
  if (ends->size() != 2)
    return {fmt::format("a list of {} value{}", ends->size(), ends->size() == 1 ? "" : "s"), form};
  const bool is_lowest = !is_finite_number(ends->front());
  const Value &wrong = is_lowest ? ends->front() : ends->back();
  const std::string to_number = way_to_number(wrong);
  return {fmt::format("{} as the {}", described(wrong), is_lowest ? "lowest" : "highest"),
          to_number.empty() ? form : to_number};
}

// Reads one entry of `expect`.
class ExpectationReader {
public:
  ExpectationReader(const StageKinds &kinds, Faults &faults) : kinds_(kinds), faults_(faults) {}

  Expectation read(const Value &value) {
    const Fields fields(value, {&k_expectation}, "expect", faults_);
    const Value *name = fields.get("measure");
    const MeasureColumn measure =
        name == nullptr ? MeasureColumn{} : read_measure(*name, "expect", faults_);
    Expectation expectation;
    expectation.item_json = json_text(value);
    expectation.where = value.where;
    if (measure.measure != nullptr) expectation.measure = measure.measure->name;
    if (name != nullptr) expectation.measure_where = name->where;
    expectation.contrast = read_contrast(fields, name, measure);
    expectation.group = read_group(fields, "expect", value);
    read_demand(fields, value, expectation);
    fields.finish();
    return expectation;
  }

private:
  std::string read_contrast(const Fields &fields, const Value *name, const MeasureColumn &column) {
    const Value *contrast = fields.get("contrast");
    const Measure *measure = column.measure;
    if (contrast == nullptr) {
      if (measure != nullptr && measure->by_contrast != nullptr && column.contrast.empty())
        faults_.add(name->where,
                    fmt::format("expect: {} has a value for each contrast, and none is named",
                                measure->name),
                    "write contrast: high, or contrast: low");
      return std::string(column.contrast);
    }
    const std::vector<std::string> &words = contrast_words();
    if (contrast->string() == nullptr)
      complain_of_type(*contrast, "expect: contrast", "high or low", "", faults_);
    else if (std::find(words.begin(), words.end(), *contrast->string()) == words.end())
      faults_.add(contrast->where,
                  fmt::format("expect: there is no contrast \"{}\"", shown(contrast->text)),
                  word_hint(contrast->text, words));
    else if (!column.contrast.empty())
      faults_.add(fields.key_place("contrast"),
                  fmt::format("expect: {} has its contrast in its name", column.name()),
                  "remove contrast");
    else if (measure != nullptr && measure->by_contrast == nullptr)
      faults_.add(fields.key_place("contrast"),
                  fmt::format("expect: {} is not measured by contrast", measure->name),
                  "remove contrast");
    return contrast->text;
  }

  // Runs: {stage, where}. `fields` are those of `value`.
  RunGroup read_group(const Fields &fields, const std::string &what, const Value &value) {
    const Value *stage = fields.get("stage");
    const Value *where = fields.get("where");
    const StageKind *kind = nullptr;
    if (stage != nullptr && stage->string() == nullptr) {
      complain_of_type(*stage, what + ": stage", "the name of a stage", "", faults_);
    } else if (stage != nullptr) {
      kind = kinds_.find(*stage->string());
      if (kind == nullptr)
        faults_.add(stage->where,
                    fmt::format("{}: there is no stage \"{}\"", what, shown(stage->text)),
                    word_hint(stage->text, kinds_.names()));
    }
    RunGroup group;
    if (stage != nullptr) group.stage = stage->text;
    if (where != nullptr && value.mapping() != nullptr)
      group.where_match = read_match(*where, what + ": where", kind, faults_);
    return group;
  }

  void read_demand(const Fields &fields, const Value &value, Expectation &expectation) {
    std::vector<std::string> given;
    for (const auto &[name, demand] : k_demands) {
      if (value.find(name) == nullptr) continue;
      given.emplace_back(name);
      expectation.demand = demand;
      const Value *wanted = fields.get(name);
      if (wanted == nullptr) continue; // complained of
      const std::string what = fmt::format("expect: {}", name);
      if (demand == Demand::mean_between)
        read_interval(*wanted, what, expectation);
      else if (demand == Demand::paired_difference)
        read_pair(*wanted, what, expectation);
      else
        expectation.other = read_other(*wanted, what);
    }
    if (!fields.is_mapping() || given.size() == 1) return;
    const std::string next =
        "write exactly one of mean_between, less_than, greater_than and paired_difference";
    if (given.empty())
      faults_.add(value.where, "expect: nothing is expected", next);
    else
      faults_.add(fields.key_place(given[1]),
                  fmt::format("expect: {} in one entry", listed(given, "and")), next);
  }

  void read_interval(const Value &value, const std::string &what, Expectation &expectation) {
    const Value::Sequence *ends = value.sequence();
    if (ends == nullptr || ends->size() != 2 || !is_finite_number((*ends)[0]) ||
        !is_finite_number((*ends)[1])) {
      const auto [found, next] = no_interval(value);
      faults_.add(value.where, fmt::format("{}: expected two numbers, found {}", what, found),
                  next);
    } else if (*number_of((*ends)[0]) > *number_of((*ends)[1])) {
      faults_.add(value.where,
                  fmt::format("{}: {} is above {}", what, (*ends)[0].text, (*ends)[1].text),
                  "write [lowest, highest]");
    } else {
      expectation.low = *number_of((*ends)[0]);
      expectation.high = *number_of((*ends)[1]);
    }
  }

  // What a group is compared with. A stage's name alone, and a number, are what people try first.
  RunGroup read_other(const Value &value, const std::string &what) {
    if (value.mapping() == nullptr) {
      complain_of_type(value, what, "runs to compare with",
                       value.string() != nullptr
                           ? fmt::format("write {{stage: {}}}", shown(value.text))
                       : is_finite_number(value)
                           ? "write {stage: ...}; mean_between: [lowest, highest] takes numbers"
                           : "write {stage: ...}, or {stage: ..., where: {...}}",
                       faults_);
      return {};
    }
    const Fields fields(value, {&k_run_group}, what, faults_);
    RunGroup group = read_group(fields, what, value);
    fields.finish();
    return group;
  }

  void read_pair(const Value &value, const std::string &what, Expectation &expectation) {
    const Fields fields(value, {&k_pair}, what, faults_);
    if (const Value *to = fields.get("to")) expectation.other = read_other(*to, what + ": to");
    if (const Value *between = fields.get("between"))
      read_interval(*between, what + ": between", expectation);
    fields.finish();
  }

  const StageKinds &kinds_;
  Faults &faults_;
};

} // namespace

std::vector<Expectation> read_expectations(const Value &value, const StageKinds &kinds,
                                           Faults &faults) {
  std::vector<Expectation> expectations;
  for (const Value &item : *value.sequence()) {
    if (faults.full()) break;
    expectations.push_back(ExpectationReader(kinds, faults).read(item));
  }
  return expectations;
}

} // namespace pursuit
