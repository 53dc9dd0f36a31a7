// Parameters as the keys of a mapping, under either of their names.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "experiment/faults.hpp"
#include "experiment/parameters.hpp"
#include "experiment/value.hpp"

namespace pursuit {

// The keys of the table, without aliases.
std::vector<std::string> parameter_words();

// The parameters that a mapping has named so far.
class ParameterKeys {
public:
  // Complains if the parameter was named before (as `tau` and as `decay_taus`).
  bool take(const Parameter *parameter, const Value &key, const std::string &what, Faults &faults);

private:
  std::set<const Parameter *> taken_;
};

// Complains that `key` names no parameter.
void complain_of_parameter(const Value &key, const std::string &what,
                           const std::vector<std::string> &known, Faults &faults);

} // namespace pursuit
