// A start replaces the manifest of another file with the same name, and dies at every call of doing so.
#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "base/disk.hpp"
#include "base/errors.hpp"
#include "store/examples.hpp"
#include "store/kept_manifests.hpp"
#include "store/replaced_manifest.hpp"
#include "support/pessimistic_files.hpp"

namespace pursuit::test {
namespace {

constexpr const char *k_output_dir = "/lab", *k_folder = "/lab/m";

// One finished run, of that seed.
Manifest manifest_of(const std::string &file, std::uint64_t seed) {
  Manifest manifest = example_manifest();
  manifest.file = file;
  manifest.state = "complete";
  manifest.runs.resize(1);
  manifest.runs[0].spec.seed = seed;
  manifest.runs[0].id = run_id(manifest.runs[0].spec);
  return manifest;
}

struct Folder {
  Folder() {
    files.put_folder("/lab");
    files.put_folder("/lab/m");
    files.put("/lab/m/manifest.json", manifest_json(first));
  }

  std::string replace() { return replace_manifest(*disk, k_output_dir, k_folder, second); }

  // Finished runs that some manifest of the folder lists.
  std::set<std::string> listed() {
    std::set<std::string> ids;
    std::vector<std::string> names = kept_manifest_names(*disk, k_folder);
    names.push_back("manifest.json");
    for (const std::string &name : names) {
      for (const ManifestRun &run :
           parse_manifest(files.bytes(std::string(k_folder) + "/" + name).value()).runs)
        ids.insert(run.id);
    }
    return ids;
  }

  Manifest first = manifest_of("first.yaml", 1), second = manifest_of("second.yaml", 2);
  PessimisticFiles files;
  std::unique_ptr<Disk> disk = make_disk(files);
};

long deadly_calls() {
  Folder folder;
  const long before = folder.files.deadly_calls();
  folder.replace();
  return folder.files.deadly_calls() - before;
}

TEST(ReplacedManifest, NoCrashLosesSightOfAFinishedRunOrKeepsItTwice) {
  const long calls = deadly_calls();
  ASSERT_GT(calls, 8); // two files, each written, synced, named, and its folder synced
  for (const Loss loss : {Loss::nothing, Loss::everything, Loss::anything}) {
    for (long call = 1; call <= calls; ++call) {
      Folder folder;
      folder.files.die_at(call, loss, static_cast<unsigned>(call));
      EXPECT_THROW(folder.replace(), Death);
      SCOPED_TRACE(testing::Message() << "call " << call << ", " << folder.files.died_at());
      folder.files.restart();
      EXPECT_TRUE(folder.listed().contains(folder.first.runs[0].id));
      folder.replace();
      EXPECT_EQ(folder.listed().size(), 2u);
      EXPECT_EQ(kept_manifest_names(*folder.disk, k_folder),
                std::vector<std::string>{"manifest-1.json"});
      EXPECT_EQ(folder.files.bytes("/lab/m/manifest-1.json"), manifest_json(folder.first));
    }
  }
}

TEST(ReplacedManifest, StaysWhereItCannotBeKept) {
  Folder folder;
  folder.files.capacity = manifest_json(folder.first).size() + 100;
  EXPECT_THROW(folder.replace(), RunError);
  EXPECT_EQ(folder.files.bytes("/lab/m/manifest.json"), manifest_json(folder.first));
}

// Two that keep at the same time take two names.
TEST(ReplacedManifest, NeverReplacesAKeptOne) {
  Folder folder;
  folder.files.put("/lab/m/manifest-1.json", "another's");
  folder.files.put("/lab/m/manifest-12.json", "another's");
  folder.files.put("/lab/m/manifest-013.json", "no number of ours");
  folder.files.put("/lab/m/manifest-x.json", "no number");
  EXPECT_NE(folder.replace().find("kept as /lab/m/manifest-13.json"), std::string::npos);
  EXPECT_EQ(folder.files.bytes("/lab/m/manifest-1.json"), "another's");
}

} // namespace
} // namespace pursuit::test
