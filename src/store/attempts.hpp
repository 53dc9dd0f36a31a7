// runs/<id>/attempts.jsonl: the tries at a run, each noted as it begins and again when it ends, by whoever holds the run's
// claim. A try of which there is only the beginning is under way while the claim is held; else nobody was left to note
// its end.
//
// A line is {"try": n, counted from 1, and the attempt as in the manifest}; the last line of a number counts. {"try": n}
// alone takes it back. Any other line is passed over.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/disk.hpp"
#include "experiment/run_result.hpp"

namespace pursuit {

std::filesystem::path attempts_path(const std::filesystem::path &output_dir, const std::string &id);

// Notes the last of all attempts at the run. A note that cannot be written is no reason to stop.
void note_attempt(Disk &disk, const std::filesystem::path &output_dir, const std::string &id,
                  const std::vector<Attempt> &attempts);

// The try that follows on these did not begin, though it was noted: no worker could be started.
void withdraw_attempt(Disk &disk, const std::filesystem::path &output_dir, const std::string &id,
                      const std::vector<Attempt> &attempts);

// `recorded`, of result.json, and what the notes say beyond it. Throws RunError where they cannot be read.
std::vector<Attempt> with_noted(Disk &disk, const std::filesystem::path &output_dir,
                                const std::string &id, std::vector<Attempt> recorded);

// Both; of a damaged result.json nothing.
std::vector<Attempt> known_attempts(Disk &disk, const std::filesystem::path &output_dir,
                                    const std::string &id);

// Before another try begins, at `now`: the last, if it is open, was killed together with all who knew of it.
void close_abandoned(std::vector<Attempt> &attempts, const std::string &now);
// The same with what is known of a run whose claim is ours; notes it.
void close_abandoned(Disk &disk, const std::filesystem::path &output_dir, const std::string &id,
                     const std::string &now);

} // namespace pursuit
