#include "sweep/engine_choice.hpp"

#include <algorithm>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "engine/engine_table.hpp"
#include "experiment/words.hpp"
#include "sweep/train_program.hpp"

namespace pursuit {

namespace {

// The torch engine's numerics depend on the device; only a process that has loaded it knows them.
std::string torch_numerics(const Slot &slot) {
  const bool on_gpu = slot.kind == DeviceKind::cuda;
  const Answer answer = ask({train_program().string(), "--describe", "--engine", "torch",
                             "--device", on_gpu ? "cuda:0" : "cpu"},
                            {{"CUDA_VISIBLE_DEVICES", on_gpu ? slot.uuid : ""}}, Stderr::passed_on);
  if (answer.exit_code != 0) {
    throw ConfigError(fmt::format("the torch engine cannot be used on {}", slot.label),
                      "the reason stands above");
  }
  return answer.out.substr(0, answer.out.find('\n'));
}

// One experiment has one numerics name: GPUs of another kind than the first are left out.
void keep_equal_gpus(EngineChoice &choice) {
  std::vector<Slot> kept;
  for (const Slot &slot : choice.slots) {
    if (slot.kind == DeviceKind::cuda && torch_numerics(slot) != choice.numerics) {
      choice.notices.push_back(fmt::format("{} is of another kind than {}: not used", slot.label,
                                           choice.slots.front().label));
    } else {
      kept.push_back(slot);
    }
  }
  choice.slots = kept;
}

} // namespace

EngineChoice choose_engine(const std::string &engine, const std::string &devices) {
  const std::vector<std::string> words = engine_words();
  if (std::find(words.begin(), words.end(), engine) == words.end()) {
    throw ConfigError(fmt::format("there is no engine \"{}\"", engine), word_hint(engine, words));
  }
  EngineChoice choice;
  const bool wants_gpu = devices.rfind("cuda", 0) == 0;
  choice.name = chosen_engine(engine, wants_gpu);
  if (choice.name != engine && wants_gpu)
    choice.notices.push_back(
        fmt::format("--devices cuda: the {} engine trains there", choice.name));
  const EngineRow &row = engine_row(choice.name);
  const bool runs_on_gpu = row.runs_on_gpu;
  if (wants_gpu && !runs_on_gpu) {
    throw ConfigError(fmt::format("the {} engine does not run on a GPU", choice.name),
                      "--engine torch does");
  }
  const bool may_use_gpu = wants_gpu || (runs_on_gpu && devices == "auto");
  const GpuList gpus = may_use_gpu ? list_gpus() : GpuList{};
  const UsableCores cores = usable_cores();
  choice.slots = choose_slots(devices, runs_on_gpu, gpus, cores.count,
                              {Sharing::Among::siblings, row.siblings, row.further_sibling},
                              row.further_on_gpu);
  if (!gpus.notice.empty()) choice.notices.push_back(gpus.notice);
  choice.notices.insert(choice.notices.end(), cores.notices.begin(), cores.notices.end());
  const bool on_cores = choice.slots.front().kind == DeviceKind::cpu;
  if (on_cores && !cores.granted.empty() && (devices == "auto" || devices == "cpu")) {
    choice.notices.push_back(fmt::format("{} slot{}: {}; --devices cpu:K takes another number",
                                         cores.count, cores.count == 1 ? "" : "s", cores.granted));
  }
  if (runs_on_gpu) {
    choice.numerics = torch_numerics(choice.slots.front());
    choice.describes_itself = choice.numerics;
    if (choice.slots.size() > 1) keep_equal_gpus(choice);
  } else {
    const std::unique_ptr<Engine> engine_itself = make_engine({choice.name});
    choice.numerics = engine_itself->numerics();
    choice.describes_itself = engine_itself->describe();
  }
  return choice;
}

} // namespace pursuit
