#include "engine/module.hpp"

#include <cstdlib>
#include <filesystem>

#include <dlfcn.h>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/own_program.hpp"

namespace pursuit {

namespace {

namespace fs = std::filesystem;

constexpr const char *k_module_file = "pursuit_torch.so";
constexpr const char *k_entry = "pursuit_make_torch_engine";
constexpr const char *k_how_to_get = "run tools/setup torch, or choose --engine reference";
using MakeEngine = Engine *(const EngineRequest *);

std::vector<fs::path> module_folders() {
  std::vector<fs::path> folders;
  if (const char *given = std::getenv("PURSUIT_MODULE_DIR")) folders.emplace_back(given);
  const fs::path program = own_program();
  if (!program.empty()) {
    folders.push_back(program.parent_path());
    folders.push_back(program.parent_path().parent_path() / "lib" / "pursuit");
  }
  return folders;
}

fs::path find_module() {
  std::string searched;
  for (const fs::path &folder : module_folders()) {
    std::error_code ignored;
    if (fs::exists(folder / k_module_file, ignored)) return folder / k_module_file;
    searched += (searched.empty() ? "" : ", ") + folder.string();
  }
  throw ConfigError(fmt::format("the torch engine's module {} is not installed (looked in {})",
                                k_module_file, searched),
                    k_how_to_get);
}

std::string last_dl_error() {
  const char *text = dlerror();
  return text == nullptr ? "unknown reason" : text;
}

} // namespace

std::unique_ptr<Engine> make_torch_engine(const EngineRequest &request) {
  const fs::path path = find_module();
  void *module = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (module == nullptr) {
    throw ConfigError(fmt::format("cannot load {}: {}", path.string(), last_dl_error()),
                      k_how_to_get);
  }
  // The one cast that dlsym demands.
  MakeEngine *make = reinterpret_cast<MakeEngine *>(dlsym(module, k_entry));
  if (make == nullptr) {
    throw ConfigError(
        fmt::format("{} is no torch engine of this version: {}", path.string(), last_dl_error()),
        k_how_to_get);
  }
  return std::unique_ptr<Engine>(make(&request));
}

} // namespace pursuit
