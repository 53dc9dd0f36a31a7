// devices: slots found, and why a device is not used.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/say.hpp"
#include "cli/verbs.hpp"
#include "engine/engine_table.hpp"
#include "schedule/slot.hpp"

namespace pursuit {

namespace {

void print_gpus(const GpuList &list) {
  if (list.gpus.empty()) tell("gpus: none ({})\n", list.why_none);
  constexpr double k_gib = 1024.0 * 1024.0 * 1024.0;
  for (const Gpu &gpu : list.gpus) {
    tell("cuda:{}: {}, {:.0f} GiB, {}\n  used by --engine torch or --devices cuda:{}; the {} "
         "engine (auto) trains on the CPU\n",
         gpu.index, gpu.name, static_cast<double>(gpu.memory_bytes) / k_gib, gpu.uuid, gpu.index,
         engine_table().front().name);
  }
  if (!list.notice.empty()) tell("  {}\n", list.notice);
}

} // namespace

int verb_devices(const Arguments &arguments) {
  CLI::App app{"Slots found, and why a device is not used", "pursuit-run devices"};
  if (!parse(app, arguments)) return k_exit_done;
  const UsableCores cores = usable_cores();
  tell("cpu: {} slot{} of one core each ({}): {}\n", cores.count, cores.count == 1 ? "" : "s",
       cpu_name(), cores.bound_by);
  for (const std::string &notice : cores.notices) tell("  {}\n", notice);
  print_gpus(list_gpus());
  return k_exit_done;
}

} // namespace pursuit
