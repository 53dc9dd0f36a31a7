#include "store/parent_model.hpp"

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

namespace {

void check_extendable(const Model &model, const std::string &path) {
  const Network &network = model.network;
  if (network.k != 2) {
    throw RunError(fmt::format("{} is a prior_input model (w_in has {} columns): stage 2 extends "
                               "stage-1 models of mode activation",
                               path, network.k));
  }
  if (network.tau_ms < network.dt_ms) {
    throw RunError(fmt::format("{}: tau is {} ms, below the time step", path, network.tau_ms));
  }
}

} // namespace

ParentModel read_parent_model(Disk &disk, const std::string &path) {
  const std::optional<HashedFile> file = read_hashed(disk, path);
  if (!file) throw RunError(fmt::format("{} does not exist", path));
  return parent_model_of(*file, path);
}

ParentModel parent_model_of(const HashedFile &file, const std::string &path) {
  ParentModel parent{read_model(file.bytes, path), file.sha256, ""};
  check_extendable(parent.model, path);
  const ActivationSet trained = trained_activation(parent.model);
  if (!trained.empty()) {
    parent.notice =
        fmt::format("{} is a stage-2 model: its weights are extended, its trained {} is "
                    "not used",
                    path, to_text(trained));
  }
  return parent;
}

} // namespace pursuit
