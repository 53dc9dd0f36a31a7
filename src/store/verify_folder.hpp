// What verify.hpp finds in an experiment's own folder beside manifest.json and figures: the journal, and the manifests kept.
#pragma once

#include <set>
#include <string>

#include "base/disk.hpp"
#include "store/finding_list.hpp"
#include "store/verify.hpp"

namespace pursuit {

void check_journal(Disk &disk, const VerifyPlace &place, FindingList &findings);
// Also the models of runs that only a kept manifest lists; `known`: ids of all others.
void check_kept_manifests(Disk &disk, const VerifyPlace &place, std::set<std::string> known,
                          FindingList &findings);

} // namespace pursuit
