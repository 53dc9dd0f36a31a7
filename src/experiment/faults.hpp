// Everything that is wrong with the user's input, collected, so that it is reported at once.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/errors.hpp"

namespace pursuit {

class Faults {
public:
  void add(Where where, std::string what, std::string next = "");
  const std::vector<Complaint> &complaints() const { return complaints_; }
  bool none() const { return complaints_.empty(); }
  // So many that more would help nobody: loops over the user's values may stop.
  bool full() const { return complaints_.size() >= k_most; }
  // Throws ConfigError with every complaint, in the order of the places, if there is any.
  void throw_if_any() const;

private:
  static constexpr std::size_t k_most = 100;
  std::vector<Complaint> complaints_;
};

} // namespace pursuit
