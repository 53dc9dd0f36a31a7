// What a record (result.json, a manifest's entry) claims of a finished run, and whether the model file bears it out. Of
// two records that do not agree, the file decides which is wrong.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "base/disk.hpp"
#include "plan/plan.hpp"
#include "store/model.hpp"

namespace pursuit {

struct ModelClaim {
  ModelFile file;
  std::optional<LossSummary> loss;
};

// In what they differ, in words ("model SHA-256, losses"); "" where they agree.
std::string difference_of(const ModelClaim &a, const ModelClaim &b);

// The file at the claim's path has its size and SHA-256, and the losses in it are the claim's. False where it cannot be
// read.
bool is_borne_out(Disk &disk, const std::filesystem::path &output_dir, const ModelClaim &claim);

// Of its training; nothing where it had no trials.
std::optional<LossSummary> losses_of(const Model &model);
// Whether these are the losses in the model.
bool has_losses(const Model &model, const std::optional<LossSummary> &loss);
// Of a record whose model file is intact: where its losses are others than the file's, they become those. A file that is no
// model is damaged.
void take_losses(Disk &disk, const std::filesystem::path &output_dir, RunRecord &record);

} // namespace pursuit
