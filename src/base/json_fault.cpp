#include "base/json_fault.hpp"

#include <fmt/format.h>

namespace pursuit {

namespace {

// Between the first `before` and the next `after`; "" where they are not there.
std::string_view between(std::string_view text, std::string_view before, std::string_view after) {
  const std::size_t begin = text.find(before);
  if (begin == std::string_view::npos) return "";
  text.remove_prefix(begin + before.size());
  const std::size_t end = text.find(after);
  return end == std::string_view::npos ? "" : text.substr(0, end);
}

} // namespace

std::string json_fault(std::string_view what) {
  const std::string_view place = between(what, "parse error at ", ":");
  if (!place.empty() && what.find("unexpected end of input") != std::string_view::npos)
    return fmt::format("it ends too early, at {}", place);
  if (!place.empty()) return fmt::format("it is no JSON at {}", place);
  const std::string_view key = between(what, "key '", "' not found");
  if (!key.empty()) return fmt::format("the key \"{}\" is missing", key);
  const std::string_view wanted = between(what, "type must be ", ", but is ");
  if (!wanted.empty()) {
    const std::string_view found = what.substr(what.find(", but is ") + 9);
    return fmt::format("{} stands where {} is expected", found, wanted);
  }
  constexpr std::string_view k_no_members = "cannot use at() with ";
  const std::size_t at = what.find(k_no_members);
  if (at != std::string_view::npos)
    return fmt::format("{} stands where object is expected", what.substr(at + k_no_members.size()));
  const std::size_t head = what.starts_with('[') ? what.find("] ") : std::string_view::npos;
  return std::string(head == std::string_view::npos ? what : what.substr(head + 2));
}

} // namespace pursuit
