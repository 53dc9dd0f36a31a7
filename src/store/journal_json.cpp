#include "store/journal.hpp"

#include <nlohmann/json.hpp>

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/byte_json.hpp"
#include "base/errors.hpp"
#include "base/sha256.hpp"

namespace pursuit {

namespace {

constexpr std::string_view k_crc_key = ",\"crc\":\"";
constexpr std::size_t k_crc_digits = 16;
constexpr std::size_t k_tail = k_crc_key.size() + k_crc_digits + 2; // ,"crc":"0123456789abcdef"}

// The line without its crc; nullopt where the crc is not there or not right.
std::optional<std::string> without_crc(std::string_view line) {
  if (line.size() <= k_tail) return std::nullopt;
  const std::string_view text = line.substr(0, line.size() - k_tail);
  const std::string expected =
      fmt::format("{}{}\"}}", k_crc_key, sha256_hex(text).substr(0, k_crc_digits));
  if (line.substr(text.size()) != expected) return std::nullopt;
  return std::string(text) + "}";
}

std::optional<JournalLine> parse_line(std::string_view line) {
  std::optional<std::string> json = without_crc(line);
  if (!json) return std::nullopt;
  const nlohmann::json value = nlohmann::json::parse(*json, nullptr, false);
  if (!value.is_object() || !value.contains("event") || !value["event"].is_string())
    return std::nullopt;
  return JournalLine{value["event"].get<std::string>(), std::move(*json)};
}

JournalText parse_journal(std::string_view text) {
  JournalText journal;
  std::size_t at = 0;
  int number = 0;
  while (at < text.size()) {
    const std::size_t end = text.find('\n', at);
    if (end == std::string_view::npos) break; // a torn tail
    std::optional<JournalLine> line = parse_line(text.substr(at, end - at));
    ++number;
    at = end + 1;
    if (line) {
      journal.lines.push_back(std::move(*line));
    } else if (++journal.damaged == 1) {
      journal.first_damaged = number;
    }
  }
  journal.whole_bytes = at;
  return journal;
}

} // namespace

JournalText read_journal(Disk &disk, const std::filesystem::path &path) {
  return parse_journal(disk.read(path).value_or(""));
}

std::string json_string(const std::string &text) { return dump_bytes(nlohmann::json(text)); }

void Journal::append(const std::string &event, const std::string &fields_json, bool durable) {
  std::string line = fmt::format("{{\"t\":\"{}\",\"event\":{}", rfc3339(clock_.wall_s()),
                                 nlohmann::json(event).dump());
  if (!fields_json.empty()) line += "," + fields_json;
  line += fmt::format("{}{}\"}}\n", k_crc_key, sha256_hex(line).substr(0, k_crc_digits));
  disk_.append(path_, line, durable);
}

} // namespace pursuit
