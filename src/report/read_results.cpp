#include "report/read_results.hpp"

#include <list>
#include <map>
#include <memory>
#include <set>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/hashed_file.hpp"
#include "measure/evaluation_file.hpp"
#include "store/evaluation_record.hpp"
#include "store/left_out.hpp"
#include "store/model.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class FilesOnDisk final : public NetworkFiles {
public:
  FilesOnDisk(Disk &disk, fs::path output_dir, EvaluationKey key)
      : disk_(disk), output_dir_(std::move(output_dir)), key_(std::move(key)) {}

  void add_model(const std::string &run_id, const std::string &path) {
    models_[run_id] = output_dir_ / path;
  }

  std::optional<Evaluation> evaluation(const FinishedNetwork &network) override {
    const std::optional<Evaluation> &found = kept_evaluation(network);
    if (!found && network.measures) absent_.insert(network.run_id); // it has been evaluated
    return found;
  }

  // Nothing where the file is another one by now.
  std::optional<Model> model(const FinishedNetwork &network) override {
    std::optional<Model> found = read_model_of(network);
    if (!found) absent_.insert(network.run_id);
    return found;
  }

  AbsentFiles take_absent() override {
    AbsentFiles taken{{absent_.begin(), absent_.end()}, because_};
    absent_.clear();
    because_.clear();
    return taken;
  }

private:
  const std::optional<Evaluation> &kept_evaluation(const FinishedNetwork &network) {
    for (const auto &[run_id, evaluation] : kept_) {
      if (run_id == network.run_id) return evaluation;
    }
    constexpr std::size_t k_most_kept = 200; // 0.5 MB each at N = 250
    kept_.emplace_front(network.run_id, read_evaluation_of(network));
    if (kept_.size() > k_most_kept) kept_.pop_back();
    return kept_.front().second;
  }

  std::optional<Model> read_model_of(const FinishedNetwork &network) {
    const fs::path &path = models_.at(network.run_id);
    try {
      const std::optional<HashedFile> file = read_hashed(disk_, path);
      if (!file || file->sha256 != network.model_sha256) return std::nullopt;
      return read_model(file->bytes, path);
    } catch (const RunError &error) {
      cannot_be_read(error);
      return std::nullopt;
    }
  }

  std::optional<Evaluation> read_evaluation_of(const FinishedNetwork &network) {
    try {
      const std::optional<FoundEvaluation> found =
          find_evaluation(disk_, output_dir_, network.run_id, key_, network.model_sha256);
      if (!found) return std::nullopt;
      return read_evaluation(found->bytes, output_dir_ / found->record.file.path);
    } catch (const RunError &error) {
      cannot_be_read(error);
      return std::nullopt; // damaged: the next start evaluates it again
    }
  }

  void cannot_be_read(const RunError &error) {
    if (because_.empty()) because_ = error.what();
  }

  Disk &disk_;
  fs::path output_dir_;
  EvaluationKey key_;
  std::map<std::string, fs::path> models_;
  std::list<std::pair<std::string, std::optional<Evaluation>>> kept_; // the latest first
  std::set<std::string> absent_;
  std::string because_; // what the first of them that could not be read says
};

// Into `results`: the behaviour that the networks learned from, or why it is not at hand.
void read_behavior_of(Disk &disk, const Manifest &manifest, std::uint64_t seed, Results &results) {
  try {
    const std::optional<std::string> bytes =
        manifest.synthetic ? std::optional<std::string>() : disk.read(manifest.data_path);
    if (!manifest.synthetic && !bytes) {
      results.behavior_absent = fmt::format("{} is not there", manifest.data_path);
      return;
    }
    Behavior behavior =
        bytes ? read_behavior(*bytes, manifest.data_path) : synthetic_behavior(seed);
    if (behavior.sha256 == manifest.data_sha256)
      results.behavior = std::move(behavior);
    else
      results.behavior_absent =
          fmt::format("{} is not the data of the last start any more", manifest.data_path);
  } catch (const RunError &error) {
    results.behavior_absent = error.what();
  } catch (const ConfigError &error) {
    results.behavior_absent = error.what();
  }
}

} // namespace

Results read_results(Disk &disk, const fs::path &output_dir, const Manifest &manifest,
                     const Requests &requests) {
  Results results;
  std::unique_ptr<FilesOnDisk> files = std::make_unique<FilesOnDisk>(
      disk, output_dir, EvaluationKey{requests.evaluate, manifest.data_sha256});
  const std::unordered_set<std::string> ids = left_out(manifest.runs);
  for (const ManifestRun &run : manifest.runs) {
    if (run.state != RunState::done || !run.model) continue;
    std::vector<FinishedNetwork> &networks =
        ids.contains(run.id) ? results.left_out : results.networks;
    networks.push_back(
        {run.id, run.stage, run.spec, run.model->sha256, run.measures, run.loss, run.also_of});
    files->add_model(run.id, run.model->path);
  }
  results.files = std::move(files);
  read_behavior_of(disk, manifest, requests.synthetic_seed, results);
  results.synthetic = manifest.synthetic;
  results.settings = requests.evaluate;
  return results;
}

} // namespace pursuit
