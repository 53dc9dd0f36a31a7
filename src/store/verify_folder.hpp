// What verify.hpp finds in an experiment's own folder beside manifest.json and figures: the journal, and the manifests kept.
#pragma once

#include <set>
#include <string>

#include "base/disk.hpp"
#include "store/finding_list.hpp"
#include "store/verify.hpp"

namespace pursuit {

void check_journal(Disk &disk, const VerifyPlace &place, FindingList &findings);
// How the last start ended, a manifest's state; "" where it has not, or the journal does not say.
std::string journal_end(Disk &disk, const VerifyPlace &place);
// And the runs that only a kept manifest lists; `known`: ids of all others.
void check_kept_manifests(Disk &disk, const VerifyPlace &place, const Recomputed &recomputed,
                          std::set<std::string> known, FindingList &findings);

} // namespace pursuit
