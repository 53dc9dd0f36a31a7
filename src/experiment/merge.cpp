#include "experiment/merge.hpp"

#include <string>
#include <unordered_map>

#include "experiment/parameters.hpp"

namespace pursuit {

std::string_view compared_key(std::string_view key) {
  const Parameter *parameter = find_parameter(key);
  return parameter == nullptr ? key : parameter->key;
}

Value merged(Value lower, Value upper) {
  Value::Mapping *below = std::get_if<Value::Mapping>(&lower.data);
  Value::Mapping *above = std::get_if<Value::Mapping>(&upper.data);
  if (below == nullptr || above == nullptr) return upper;
  std::unordered_map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < below->size(); ++i)
    index.emplace(compared_key((*below)[i].first.text), i);
  for (Value::Member &member : *above) {
    const std::unordered_map<std::string, std::size_t>::const_iterator found =
        index.find(std::string(compared_key(member.first.text)));
    if (found == index.end()) {
      below->push_back(std::move(member));
      continue;
    }
    Value::Member &target = (*below)[found->second];
    target.first = std::move(member.first);
    target.second = merged(std::move(target.second), std::move(member.second));
  }
  lower.where = upper.where;
  return lower;
}

} // namespace pursuit
