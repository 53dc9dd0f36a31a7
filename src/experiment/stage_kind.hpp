// What is known of a stage before its details are read: enough to say which parameters have a
// meaning in it.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiment/parameters.hpp"
#include "experiment/value.hpp"

namespace pursuit {

struct StageKind {
  std::string name;
  std::optional<Mode> mode; // none: faulty, and already complained of
  std::optional<int> stage;
  std::string needs; // the stage that it names; empty: none
};

// The stages of a file by name.
class StageKinds {
public:
  void add(StageKind kind);
  // nullptr if there is no such stage.
  const StageKind *find(const std::string &name) const;
  std::vector<std::string> names() const;
  // The stages by which this one needs itself, "a needs b needs a"; empty if it does not.
  std::string cycle(const StageKind &kind) const;

private:
  std::map<std::string, StageKind> by_name_;
};

// Why this parameter cannot be set in such a stage, and what to do; nullopt if it can.
struct Misplaced {
  std::string what, next;
};
std::optional<Misplaced> misplaced_setting(const Parameter &parameter, const StageKind &kind);
// The same for a match: in stage 2 it may name the parent's N, tau and gain.
std::optional<Misplaced> misplaced_match(const Parameter &parameter, const StageKind &kind);

} // namespace pursuit
