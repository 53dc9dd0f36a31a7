// What a schedule does where other processes train runs of its plan: it leaves those to them, goes
// on with others, and takes over what they finish or leave behind.
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "schedule/schedule_loop.hpp"

namespace pursuit {

namespace {

// How often runs that others train are looked after, in seconds.
constexpr double k_look_s = 0.25;

} // namespace

// True: this process trains it now.
bool Schedule::claim(SlotIndex slot, NodeIndex run) {
  if (claims_.is_ours(run)) return true; // another try
  try {
    const ClaimAnswer answer = claims_.take(run);
    if (const HeldElsewhere *other = std::get_if<HeldElsewhere>(&answer)) {
      ledger_.leave_to(run, other->holder);
      return false;
    }
    return !settle_by_record(run, std::get<Claimed>(answer).record);
  } catch (const RunError &error) {
    ledger_.begin(run, label(slot), {fmt::format("{}-0", short_id(run)), 1});
    fail_attempt(slot, run, {error.what(), {}, {}});
    return false;
  }
}

// A run that we have just claimed may be done by now, or failed: then there is nothing to train.
bool Schedule::settle_by_record(NodeIndex run, const RunRecord &record) {
  ledger_.note_attempts(run, record);
  if (ledger_.is_kept(run, record)) {
    claims_.release(run);
    ledger_.reuse(run, record, "trained by another process meanwhile");
    return true;
  }
  // One that is open was killed in its turn, here or there: the run is tried again.
  const bool is_news = record.attempts != ledger_.planned(run).record.attempts &&
                       (record.attempts.empty() || !record.attempts.back().ended.empty());
  if (record.state != RunState::failed || !is_news) return false;
  fail_elsewhere(run, record.error);
  return true;
}

// It had all its tries there; the next start tries it again.
void Schedule::fail_elsewhere(NodeIndex run, const std::string &error) {
  if (is_first_error()) {
    observer_.message(fmt::format("run {} ({}) failed in another process: {}", short_id(run),
                                  ledger_.node(run).stage, error));
  }
  ledger_.fail_elsewhere(run, error);
  failed_for_good(run);
}

// Asks again for what others train: what they have finished is settled, what they have left is
// ready here.
void Schedule::look_elsewhere() {
  const double now_s = clock_.monotonic_s();
  if (stopped_ || ledger_.elsewhere().empty() || now_s < next_look_s_) return;
  next_look_s_ = now_s + k_look_s;
  const std::set<NodeIndex> asked = ledger_.elsewhere(); // settling one may change the set
  for (const NodeIndex run : asked) look_at(run);
}

void Schedule::look_at(NodeIndex run) {
  std::optional<RunRecord> record;
  try {
    ClaimAnswer answer = claims_.take(run);
    if (const HeldElsewhere *other = std::get_if<HeldElsewhere>(&answer)) {
      ledger_.leave_to(run, other->holder);
      return;
    }
    record = std::get<Claimed>(std::move(answer)).record;
  } catch (const RunError &) {
    // The next claim says why.
  }
  ledger_.take_back(run);
  if (record && settle_by_record(run, *record)) return;
  claims_.release(run);
  ledger_.changed(run);
  ledger_.make_ready(run);
}

} // namespace pursuit
