#include "experiment/stage_kind.hpp"

#include <fmt/format.h>

namespace pursuit {

void StageKinds::add(StageKind kind) {
  std::string name = kind.name;
  by_name_.emplace(std::move(name), std::move(kind));
}

const StageKind *StageKinds::find(const std::string &name) const {
  const std::map<std::string, StageKind>::const_iterator found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &found->second;
}

std::vector<std::string> StageKinds::names() const {
  std::vector<std::string> names;
  for (const std::pair<const std::string, StageKind> &entry : by_name_)
    names.push_back(entry.first);
  return names;
}

std::string StageKinds::cycle(const StageKind &kind) const {
  std::string path = kind.name;
  const StageKind *at = &kind;
  // A path longer than the number of stages runs in a cycle that does not hold this stage.
  for (std::size_t step = 0; step < by_name_.size(); ++step) {
    at = find(at->needs);
    if (at == nullptr) return "";
    path += " needs " + at->name;
    if (at->name == kind.name) return path;
  }
  return "";
}

std::optional<Misplaced> misplaced_setting(const Parameter &parameter, const StageKind &kind) {
  if (kind.stage == 2 && !parameter.in_stage_2)
    return Misplaced{
        fmt::format("{} cannot be set in stage 2, which takes it from its parent", parameter.key),
        fmt::format("set {} in the stage that \"{}\" needs, or choose parents by needs: {{stage, "
                    "where}}",
                    parameter.key, kind.name)};
  return misplaced_match(parameter, kind);
}

std::optional<Misplaced> misplaced_match(const Parameter &parameter, const StageKind &kind) {
  if (kind.stage == 1 && !parameter.in_stage_1)
    return Misplaced{fmt::format("{} has no meaning in stage 1", parameter.key),
                     "it belongs in a stage 2"};
  return std::nullopt;
}

} // namespace pursuit
