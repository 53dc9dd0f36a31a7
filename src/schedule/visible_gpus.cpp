// CUDA_VISIBLE_DEVICES, read as CUDA reads it.
#include <algorithm>
#include <charconv>
#include <optional>

#include <fmt/format.h>

#include "schedule/slot.hpp"

namespace pursuit {

namespace {

std::string_view without_blanks(std::string_view text) {
  constexpr const char *k_blanks = " \t\n\v\f\r";
  const std::size_t begin = std::min(text.find_first_not_of(k_blanks), text.size());
  return text.substr(begin, text.find_last_not_of(k_blanks) + 1 - begin);
}

// The number that the entry begins with, as strtol takes it; nothing where there is none.
std::optional<int> leading_number(std::string_view entry) {
  if (entry.starts_with('+') && !entry.starts_with("+-")) entry.remove_prefix(1);
  int value = 0;
  const std::from_chars_result read =
      std::from_chars(entry.data(), entry.data() + entry.size(), value);
  if (read.ec != std::errc()) return std::nullopt;
  return value;
}

struct Entry {
  std::optional<std::size_t> gpu; // in the list of all
  std::string why_none;
};

Entry gpu_of_uuid(const std::vector<Gpu> &all, std::string_view entry) {
  constexpr std::string_view k_prefix = "GPU-";
  Entry found;
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (entry.size() <= k_prefix.size() || !all[i].uuid.starts_with(entry)) continue;
    if (found.gpu) return {std::nullopt, "begins the UUID of more than one GPU"};
    found.gpu = i;
  }
  if (!found.gpu) found.why_none = "names no GPU of this machine";
  return found;
}

Entry gpu_of(const std::vector<Gpu> &all, std::string_view entry) {
  if (entry.starts_with("MIG-"))
    return {std::nullopt, "is a MIG slice, which is not supported yet"};
  if (entry.starts_with("GPU-")) return gpu_of_uuid(all, entry);
  const std::optional<int> index = leading_number(entry);
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (all[i].index == index) return {i, ""};
  }
  return {std::nullopt, "names no GPU of this machine"};
}

} // namespace

GpuList visible_gpus(const std::vector<Gpu> &all, std::string_view cuda_visible_devices) {
  GpuList visible;
  const std::string said = fmt::format("CUDA_VISIBLE_DEVICES=\"{}\"", cuda_visible_devices);
  std::vector<std::size_t> taken;
  for (std::string_view rest = cuda_visible_devices;;) {
    const std::size_t comma = rest.find(',');
    const std::string_view entry = without_blanks(rest.substr(0, comma));
    const Entry found = gpu_of(all, entry);
    if (!found.gpu) {
      const bool on_purpose = entry.empty() || leading_number(entry).value_or(0) < 0;
      if (!on_purpose)
        visible.notice =
            fmt::format("{}: \"{}\" {}: the list ends there", said, entry, found.why_none);
      break;
    }
    if (std::find(taken.begin(), taken.end(), *found.gpu) != taken.end()) {
      return {
          {}, fmt::format("{} names a GPU twice (\"{}\"): CUDA then shows none", said, entry), ""};
    }
    taken.push_back(*found.gpu);
    visible.gpus.push_back(all[*found.gpu]);
    visible.gpus.back().index = static_cast<int>(visible.gpus.size()) - 1;
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (visible.gpus.empty()) {
    if (visible.notice.empty())
      visible.notice = fmt::format("{} hides all {} GPU{} of this machine", said, all.size(),
                                   all.size() == 1 ? "" : "s");
    visible.why_none.swap(visible.notice);
  }
  return visible;
}

} // namespace pursuit
