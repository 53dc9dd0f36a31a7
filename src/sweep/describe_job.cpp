#include "sweep/describe_job.hpp"

#include <filesystem>

#include "base/errors.hpp"
#include "store/model.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

WorkerRun describe_run(const Preparation &preparation, const Plan &plan, std::size_t run,
                       const Manifest &manifest) {
  const Node &node = plan.graph.nodes[run];
  WorkerRun message;
  message.spec = node.spec;
  message.id = node.id;
  const ManifestRun &known = manifest.runs[run];
  message.model_path = model_path(node.spec, node.id);
  if (known.state == RunState::done && known.model) {
    message.model_path = known.model->path;
    message.model_sha256 = known.model->sha256;
    return message; // only to be evaluated
  }
  if (node.parent >= 0) {
    const std::optional<ModelFile> &parent =
        manifest.runs[static_cast<std::size_t>(node.parent)].model;
    if (!parent) throw InternalError("a run was started before its parent was done");
    message.parent_path = fs::absolute(preparation.output_dir / parent->path).string();
    message.parent_sha256 = parent->sha256;
  } else if (node.spec.has_parent()) {
    message.parent_path = fs::absolute(node.spec.parent_file.path).string();
    message.parent_sha256 = node.spec.parent_file.sha256;
  }
  return message;
}

} // namespace

WorkerJob describe_job(const Preparation &preparation, const Plan &plan, const Job &job,
                       const Manifest &manifest, double checkpoint_every_s) {
  const Slot &slot = preparation.engine.slots[job.slot.at()];
  WorkerJob message;
  message.pack_id = job.pack_id;
  message.output_dir = fs::absolute(preparation.output_dir).string();
  message.engine = preparation.engine.name;
  message.device = slot.kind == DeviceKind::cuda ? "cuda:0" : "cpu"; // it sees no other
  message.uuid = slot.uuid;
  message.synthetic = preparation.data.synthetic;
  message.synthetic_seed = preparation.data.seed;
  message.data_path = preparation.data.path;
  message.data_sha256 = preparation.data.sha256;
  message.checkpoint_every_s = checkpoint_every_s;
  message.evaluate = preparation.experiment.evaluate;
  for (const NodeIndex run : job.runs) {
    message.runs.push_back(describe_run(preparation, plan, run.at(), manifest));
  }
  return message;
}

} // namespace pursuit
