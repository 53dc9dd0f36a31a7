#include "schedule/slot.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/errors.hpp"
#include "base/suggest.hpp"

namespace pursuit {

namespace {

constexpr int k_most_cpu_slots = 4096;
// What one more run of a pack may need on a GPU, weights, moments and the states of a trial:
// generous up to about N = 2000.
constexpr std::uint64_t k_pack_run_bytes = 64ull << 20;
constexpr int k_multiprocessors_if_unknown = 64;

const std::string k_forms = "--devices takes auto, cpu, cpu:K, cuda, or cuda:0,2";

[[noreturn]] void refuse(const std::string &what, const std::string &next) {
  throw ConfigError(what, next);
}

std::optional<int> whole_number(std::string_view text) {
  int value = 0;
  const std::from_chars_result read =
      std::from_chars(text.data(), text.data() + text.size(), value);
  if (read.ec != std::errc() || read.ptr != text.data() + text.size() || value < 0) {
    return std::nullopt;
  }
  return value;
}

std::vector<std::string_view> parts(std::string_view list) {
  std::vector<std::string_view> result;
  while (true) {
    const std::size_t comma = list.find(',');
    result.push_back(list.substr(0, comma));
    if (comma == std::string_view::npos) return result;
    list.remove_prefix(comma + 1);
  }
}

std::vector<Slot> cpu_slots(int count, const Sharing &sharing) {
  std::vector<Slot> slots(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) {
    slots[static_cast<std::size_t>(i)].label = fmt::format("cpu {}", i);
    slots[static_cast<std::size_t>(i)].sharing = sharing;
  }
  return slots;
}

// One run for each multiprocessor, as far as memory goes: a trial of a small network fills no more
// than that.
int pack_for(const Gpu &gpu) {
  const int multiprocessors =
      gpu.multiprocessors > 0 ? gpu.multiprocessors : k_multiprocessors_if_unknown;
  const std::uint64_t by_memory = gpu.memory_bytes / k_pack_run_bytes;
  return static_cast<int>(std::max<std::uint64_t>(
      1, std::min<std::uint64_t>(by_memory, static_cast<std::uint64_t>(multiprocessors))));
}

Slot gpu_slot(const Gpu &gpu, double further) {
  Slot slot;
  slot.kind = DeviceKind::cuda;
  slot.device = gpu.index;
  slot.uuid = gpu.uuid;
  slot.label = fmt::format("cuda:{}", gpu.index);
  slot.sharing = {Sharing::Among::shape, pack_for(gpu), further};
  return slot;
}

std::vector<Slot> gpu_slots(const GpuList &gpus, double further) {
  std::vector<Slot> slots;
  for (const Gpu &gpu : gpus.gpus) slots.push_back(gpu_slot(gpu, further));
  return slots;
}

std::vector<Slot> counted_cpu_slots(std::string_view count, const Sharing &sharing) {
  const std::optional<int> number = whole_number(count);
  if (!number || *number < 1 || *number > k_most_cpu_slots) {
    refuse(fmt::format("--devices cpu:{}: K is the number of one-core slots, 1 to {}", count,
                       k_most_cpu_slots),
           "`--devices cpu` takes every core this process may use");
  }
  return cpu_slots(*number, sharing);
}

std::string which_are_there(const GpuList &gpus) {
  std::vector<std::string> labels;
  for (const Gpu &gpu : gpus.gpus)
    labels.push_back(fmt::format("cuda:{} ({})", gpu.index, gpu.name));
  return fmt::format("there {} {}", labels.size() == 1 ? "is" : "are", fmt::join(labels, ", "));
}

std::vector<Slot> named_gpu_slots(std::string_view list, const GpuList &gpus, double further) {
  std::vector<Slot> slots;
  std::set<int> taken;
  for (std::string_view part : parts(list)) {
    const std::optional<int> index = whole_number(part);
    if (!index)
      refuse(fmt::format("--devices cuda:{}: \"{}\" is no GPU number", list, part), k_forms);
    if (!taken.insert(*index).second) {
      refuse(fmt::format("--devices cuda:{} names GPU {} twice", list, *index),
             "name each GPU once");
    }
    const std::vector<Gpu>::const_iterator found = std::find_if(
        gpus.gpus.begin(), gpus.gpus.end(), [&](const Gpu &gpu) { return gpu.index == *index; });
    if (found == gpus.gpus.end()) {
      refuse(fmt::format("--devices: there is no cuda:{}", *index), which_are_there(gpus));
    }
    slots.push_back(gpu_slot(*found, further));
  }
  return slots;
}

std::vector<Slot> wanted_gpu_slots(std::string_view devices, bool runs_on_gpu, const GpuList &gpus,
                                   double further) {
  if (!runs_on_gpu) {
    refuse(fmt::format("--devices {}: this engine does not run on a GPU", devices),
           "--engine torch does");
  }
  if (gpus.gpus.empty()) {
    refuse(fmt::format("--devices {}: there is no usable GPU: {}", devices, gpus.why_none),
           "--devices cpu trains without one");
  }
  if (devices == "cuda") return gpu_slots(gpus, further);
  return named_gpu_slots(devices.substr(5), gpus, further);
}

// "cdua:0" is near "cuda:...": only the word before the colon is compared.
std::string nearest_form(const std::string &devices) {
  const std::vector<std::string> words = {"auto", "cpu", "cuda"};
  const std::string hint = did_you_mean(devices.substr(0, devices.find(':')), words);
  return hint.empty() ? k_forms : fmt::format("{} {}", hint, k_forms);
}

} // namespace

std::vector<Slot> choose_slots(const std::string &devices, bool runs_on_gpu, const GpuList &gpus,
                               int cores, const Sharing &on_core, double further_on_gpu) {
  const bool any_gpu = runs_on_gpu && !gpus.gpus.empty();
  if (devices == "auto" && any_gpu) return gpu_slots(gpus, further_on_gpu);
  if (devices == "auto" || devices == "cpu") return cpu_slots(std::max(cores, 1), on_core);
  if (devices.rfind("cpu:", 0) == 0) {
    return counted_cpu_slots(std::string_view(devices).substr(4), on_core);
  }
  if (devices == "cuda" || devices.rfind("cuda:", 0) == 0) {
    return wanted_gpu_slots(devices, runs_on_gpu, gpus, further_on_gpu);
  }
  refuse(fmt::format("--devices \"{}\" is not understood", devices), nearest_form(devices));
}

PackPolicy pack_policy(const Graph &graph, const std::vector<Slot> &slots,
                       const std::map<DeviceKind, RunCosts> &costs) {
  std::map<DeviceKind, std::size_t> numbers;
  std::vector<RunCosts> lists;
  for (const std::pair<const DeviceKind, RunCosts> &entry : costs) {
    numbers[entry.first] = lists.size();
    lists.push_back(entry.second);
  }
  std::vector<PolicySlot> seen;
  for (const Slot &slot : slots) seen.push_back({slot.sharing, numbers.at(slot.kind)});
  return PackPolicy(graph, std::move(seen), std::move(lists));
}

} // namespace pursuit
