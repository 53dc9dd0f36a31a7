#include "store/verify_folder.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"
#include "plan/describe.hpp"
#include "store/journal.hpp"
#include "store/kept_manifests.hpp"
#include "store/recorded_files.hpp"

namespace pursuit {

namespace fs = std::filesystem;

void check_journal(Disk &disk, const VerifyPlace &place, FindingList &findings) {
  const fs::path path = place.folder / "journal.jsonl";
  const std::string next = "what is reused does not rest on it; move it away to begin a new one";
  const std::optional<std::string> text = findings.read(
      path, fmt::format("nothing rests on it; `{}` begins a new one", place.run_command));
  if (!text) return;
  const JournalText journal = read_journal(disk, path);
  if (journal.damaged > 0) {
    findings.add(Finding::Kind::damaged, path,
                 fmt::format("{} of its lines {} damaged", journal.damaged,
                             journal.damaged == 1 ? "is" : "are"),
                 next);
  } else if (journal.lines.empty() && !place.live) {
    findings.add(Finding::Kind::damaged, path, "it has no line", next);
  }
  if (journal.whole_bytes < text->size() && !place.live) {
    findings.add(Finding::Kind::note, path, "its last line is torn, as a crash leaves it",
                 "the next start cuts it");
  }
}

namespace {

void check_model_of(const ManifestRun &run, const fs::path &output_dir, const std::string &file,
                    FindingList &findings) {
  const fs::path path = located(output_dir, run.model->path);
  const std::string next = fmt::format("a start of {} trains run {} again", file, short_id(run.id));
  const std::optional<std::string> bytes = findings.read(path, next);
  if (!bytes) return;
  const std::string sha256 = sha256_hex(*bytes);
  if (sha256 != run.model->sha256)
    findings.add(Finding::Kind::damaged, path,
                 fmt::format("its SHA-256 is {}, not {}", sha256, run.model->sha256), next);
}

} // namespace

void check_kept_manifests(Disk &disk, const VerifyPlace &place, std::set<std::string> known,
                          FindingList &findings) {
  const std::string next =
      "gc removes nothing while it is there; to remove it releases what it lists";
  for (const std::string &name : kept_manifest_names(disk, place.folder)) {
    const fs::path path = place.folder / name;
    const std::optional<std::string> text = findings.read(path, next);
    if (!text) continue;
    findings.look_at(path, next, [&] {
      const Manifest manifest = parse_manifest(*text);
      for (const ManifestRun &run : manifest.runs) {
        if (run.state == RunState::done && run.model && known.insert(run.id).second)
          check_model_of(run, place.output_dir, manifest.file, findings);
      }
    });
  }
}

} // namespace pursuit
