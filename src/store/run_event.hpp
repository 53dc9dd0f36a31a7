// What a line of the journal says of a run: all that changes of its entry in the manifest. The
// manifest of a start is its plan and then these, in order.
//
// Fields: run (id), reason, model {path, sha256, bytes} | null, loss {...} | null, diverged
// true | false | null, measures
// {...} | null, seconds,
// pack {id, size}, attempts (how many there are), attempt (the last of them, as in the manifest) |
// null. The run's state follows from the event's name; an evaluation changes nothing of it.
#pragma once

#include <string>

#include "store/journal.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// The fields as Journal::append takes them.
std::string run_event_fields(const ManifestRun &run);

// Brings a manifest up to date with what the journal says since its last start; its state too, where
// that start has come to its end. Lines of other runs, and lines that are not as above, change
// nothing.
void apply_journal(const JournalText &journal, Manifest &manifest);

// How many damaged lines the last start has told of, as its line says.
int damage_known(const JournalText &journal);

} // namespace pursuit
