#include "schedule/claims.hpp"

#include <map>

#include "base/file_lock.hpp"
#include "store/records.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

class SharedClaims final : public Claims {
public:
  SharedClaims(Disk &disk, fs::path output_dir, const Graph &graph)
      : disk_(disk), output_dir_(std::move(output_dir)), graph_(graph) {}

  ClaimAnswer take(NodeIndex run) override {
    const std::string &id = graph_.nodes[run.at()].id;
    const fs::path path = claim_path(output_dir_, id);
    if (held_.count(run) == 0) {
      std::optional<FileLock> lock = FileLock::try_take(path);
      if (!lock) return HeldElsewhere{FileLock::holder(path)};
      held_.emplace(run, std::move(*lock));
    }
    // Only now: before, somebody else might have been writing it.
    return Claimed{read_record(disk_, output_dir_, id)};
  }

  void release(NodeIndex run) override { held_.erase(run); }

  int descriptor(NodeIndex run) const override {
    const std::map<NodeIndex, FileLock>::const_iterator found = held_.find(run);
    return found == held_.end() ? -1 : found->second.fd();
  }

private:
  Disk &disk_;
  fs::path output_dir_;
  const Graph &graph_;
  std::map<NodeIndex, FileLock> held_;
};

} // namespace

fs::path claim_path(const fs::path &output_dir, const std::string &id) {
  return run_folder(output_dir, id) / "lock";
}

std::unique_ptr<Claims> make_claims(Disk &disk, fs::path output_dir, const Graph &graph) {
  return std::make_unique<SharedClaims>(disk, std::move(output_dir), graph);
}

} // namespace pursuit
