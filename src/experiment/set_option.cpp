#include "experiment/set_option.hpp"

#include <charconv>
#include <vector>

#include <fmt/format.h>

#include "experiment/merge.hpp"
#include "experiment/words.hpp"
#include "experiment/yaml_value.hpp"

namespace pursuit {

namespace {

std::vector<std::string> split_path(const std::string &path) {
  std::vector<std::string> steps;
  std::size_t begin = 0;
  while (true) {
    const std::size_t dot = path.find('.', begin);
    steps.push_back(path.substr(begin, dot - begin));
    if (dot == std::string::npos) return steps;
    begin = dot + 1;
  }
}

std::vector<std::string> keys_of(const Value::Mapping &mapping) {
  std::vector<std::string> keys;
  for (const Value::Member &member : mapping) keys.push_back(member.first.text);
  return keys;
}

// Walks the path through the tree to the value that is to be replaced.
class Walk {
public:
  Walk(std::vector<std::string> steps, Where where, Faults &faults)
      : steps_(std::move(steps)), where_(std::move(where)), faults_(faults) {}

  // nullptr after a fault.
  Value *to_target(Value &root) {
    Value *at = &root;
    for (std::size_t i = 0; i < steps_.size() && at != nullptr; ++i) at = step(*at, i);
    return at;
  }

private:
  Value *step(Value &at, std::size_t i) {
    const std::string &name = steps_[i];
    if (Value::Sequence *items = std::get_if<Value::Sequence>(&at.data))
      return item(*items, name, i);
    Value::Mapping *members = std::get_if<Value::Mapping>(&at.data);
    if (members == nullptr) {
      faults_.add(where_,
                  fmt::format("{} is {}, so nothing lies inside it", so_far(i), described(at)),
                  "set the whole value instead");
      return nullptr;
    }
    for (Value::Member &member : *members) {
      if (compared_key(member.first.text) != compared_key(name)) continue;
      member.first.data = name; // the key as written last: tau or its alias
      member.first.text = name;
      return &member.second;
    }
    if (i == 1 && steps_[0] == "stages") {
      faults_.add(where_, fmt::format("there is no stage \"{}\"", shown(name)),
                  word_hint(name, keys_of(*members)));
      return nullptr;
    }
    // What comes next will be inside it; the last step is replaced by the value.
    const Value key{name, where_, name};
    members->push_back({key, Value{Value::Mapping(), where_, ""}});
    return &members->back().second;
  }

  Value *item(Value::Sequence &items, const std::string &name, std::size_t i) {
    std::size_t index = 0;
    const std::from_chars_result result =
        std::from_chars(name.data(), name.data() + name.size(), index);
    if (result.ec == std::errc() && result.ptr == name.data() + name.size() && index < items.size())
      return &items[index];
    faults_.add(where_,
                fmt::format("{} is a list of {} and has no item \"{}\"", so_far(i), items.size(),
                            shown(name)),
                items.empty() ? "set the whole list"
                              : fmt::format("write 0 to {}", items.size() - 1));
    return nullptr;
  }

  // The path up to, without, step i.
  std::string so_far(std::size_t i) const {
    std::string text;
    for (std::size_t k = 0; k < i; ++k) text += (k > 0 ? "." : "") + steps_[k];
    return text;
  }

  std::vector<std::string> steps_;
  Where where_;
  Faults &faults_;
};

} // namespace

void apply_set(Value &root, const std::string &set, Faults &faults) {
  const std::size_t equals = set.find('=');
  const std::string path = set.substr(0, equals);
  const Where where{"--set " + shown(path)};
  if (equals == std::string::npos) {
    faults.add(where, "there is no \"=\"",
               "write --set PATH=VALUE, e.g. --set stages.weights.n_trials=50");
    return;
  }
  const std::vector<std::string> steps = split_path(path);
  for (const std::string &step : steps) {
    if (!step.empty()) continue;
    faults.add(where, "the path has an empty part", "write it like stages.weights.n_trials");
    return;
  }
  if (steps[0] == "include") {
    faults.add(where, "include cannot be set here", "write it in the file");
    return;
  }
  std::optional<Value> value = read_yaml_option(set.substr(equals + 1), where.file, faults);
  if (!value.has_value()) return;
  Value *target = Walk(steps, where, faults).to_target(root);
  if (target != nullptr) *target = std::move(*value);
}

} // namespace pursuit
