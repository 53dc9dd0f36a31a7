#include "store/model_claim.hpp"

#include <algorithm>
#include <cmath>

#include "base/errors.hpp"
#include "base/sha256.hpp"
#include "store/recorded_files.hpp"

namespace pursuit {

namespace {

// A mean may have been summed in another order by another version.
bool is_close(double a, double b) { return std::abs(a - b) <= 1e-12 * std::max(1.0, std::abs(a)); }

bool is_same_loss(const std::optional<LossSummary> &a, const std::optional<LossSummary> &b) {
  if (!a || !b) return !a && !b;
  return is_close(a->first, b->first) && is_close(a->last, b->last) &&
         is_close(a->mean_last_200, b->mean_last_200);
}

} // namespace

std::string difference_of(const ModelClaim &a, const ModelClaim &b) {
  std::string text;
  const auto compare = [&](const char *what, bool same) {
    if (!same) text += (text.empty() ? "" : ", ") + std::string(what);
  };
  compare("model path", a.file.path == b.file.path);
  compare("model SHA-256", a.file.sha256 == b.file.sha256);
  compare("model size", a.file.bytes == b.file.bytes);
  compare("losses", is_same_loss(a.loss, b.loss));
  return text;
}

std::optional<LossSummary> losses_of(const Model &model) {
  if (model.losses.empty()) return std::nullopt;
  return summarize(model.losses);
}

bool has_losses(const Model &model, const std::optional<LossSummary> &loss) {
  return is_same_loss(loss, losses_of(model));
}

void take_losses(Disk &disk, const std::filesystem::path &output_dir, RunRecord &record) {
  try {
    const Model model = read_model(disk.read(located(output_dir, record.model->path)).value_or(""),
                                   record.model->path);
    if (!has_losses(model, record.loss)) record.loss = losses_of(model);
  } catch (const PermissionError &) {
    throw;
  } catch (const RunError &) {
    record.file = RunRecord::FileState::damaged;
  }
}

bool is_borne_out(Disk &disk, const std::filesystem::path &output_dir, const ModelClaim &claim) {
  try {
    const std::optional<std::string> bytes = disk.read(located(output_dir, claim.file.path));
    if (!bytes || bytes->size() != claim.file.bytes) return false;
    if (sha256_hex(*bytes) != claim.file.sha256) return false;
    return has_losses(read_model(*bytes, claim.file.path), claim.loss);
  } catch (const RunError &) {
    return false;
  }
}

} // namespace pursuit
