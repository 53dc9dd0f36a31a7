// Parameters as the keys of a mapping, under either of their names.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "experiment/faults.hpp"
#include "experiment/mapping.hpp"
#include "experiment/parameters.hpp"
#include "experiment/stage_kind.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// The keys of the table, without aliases.
std::vector<std::string> parameter_words();

// The parameters that a mapping has named so far.
class ParameterKeys {
public:
  // `what` names the mapping in messages.
  ParameterKeys(const Mapping &table, std::string what, Faults &faults);

  // The parameter that the key names. nullptr after a complaint: there is none, or it was named before (as `tau` and as
  // `decay_taus`).
  const Parameter *take(const Value &key);
  // Nor if it cannot be set in such a stage.
  const Parameter *take_setting(const Value &key, const StageKind &kind);
  // Whether there was nothing to complain of.
  bool accept(const Value &key, const std::optional<Misplaced> &misplaced);

private:
  const Mapping &table_;
  std::string what_;
  Faults &faults_;
  std::vector<std::string> known_;
  std::set<const Parameter *> taken_;
};

} // namespace pursuit
