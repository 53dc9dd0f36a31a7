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
bool Schedule::claim(int slot, int run) {
  if (claimed_[static_cast<std::size_t>(run)]) return true; // another try
  try {
    const ClaimAnswer answer = claims_.take(run);
    if (const HeldElsewhere *other = std::get_if<HeldElsewhere>(&answer)) {
      leave_to_other(run, other->holder);
      return false;
    }
    claimed_[static_cast<std::size_t>(run)] = true;
    return !settle_by_record(run, std::get<Claimed>(answer).record);
  } catch (const RunError &error) {
    mark_started({slot, fmt::format("{}-0", short_id(run)), {run}}, run);
    fail_attempt(slot, run, {error.what(), {}, {}});
    return false;
  }
}

void Schedule::give_up_claim(int run) {
  claimed_[static_cast<std::size_t>(run)] = false;
  claims_.release(run);
}

void Schedule::leave_to_other(int run, const std::string &holder) {
  if (at(run).elsewhere == holder) return;
  elsewhere_.insert(run);
  at(run).state = RunState::running;
  at(run).elsewhere = holder;
  at(run).reason = "trained by " + holder;
  changed(run);
}

// Nobody trains it any more, or we no longer wait for it.
void Schedule::take_back(int run) {
  elsewhere_.erase(run);
  at(run).state = RunState::pending;
  at(run).elsewhere.clear();
  at(run).reason = plan_.runs[static_cast<std::size_t>(run)].reason;
}

// A run that we have just claimed may be done by now, or failed: then there is nothing to train.
bool Schedule::settle_by_record(int run, const RunRecord &record) {
  const PlannedRun &planned = plan_.runs[static_cast<std::size_t>(run)];
  if (!record.attempts.empty()) at(run).attempts = record.attempts;
  if (is_kept(run, record)) {
    mark_reused(at(run), record);
    at(run).reason = "trained by another process meanwhile";
    give_up_claim(run);
    changed(run);
    release(node(run).children);
    return true;
  }
  // One that is open was killed in its turn, here or there: the run is tried again.
  const bool is_news = record.attempts != planned.record.attempts &&
                       (record.attempts.empty() || !record.attempts.back().ended.empty());
  if (record.state != RunState::failed || !is_news) return false;
  fail_elsewhere(run, record);
  return true;
}

// Its model is whole and made from the parent's model as it is.
bool Schedule::is_kept(int run, const RunRecord &record) {
  if (record.state != RunState::done || record.file != RunRecord::FileState::intact) {
    return false;
  }
  const int parent = node(run).parent;
  return parent < 0 || !at(parent).model || at(parent).model->sha256 == record.parent_sha256;
}

// It had all its tries there; the next start tries it again.
void Schedule::fail_elsewhere(int run, const RunRecord &record) {
  at(run).error = record.error;
  if (!std::exchange(first_error_shown_, true)) {
    observer_.message(fmt::format("run {} ({}) failed in another process: {}", short_id(run),
                                  node(run).stage, record.error));
  }
  fail_for_good(run);
}

// Asks again for what others train: what they have finished is settled, what they have left is
// ready here.
void Schedule::look_elsewhere() {
  const double now_s = clock_.monotonic_s();
  if (stopped_ || elsewhere_.empty() || now_s < next_look_s_) return;
  next_look_s_ = now_s + k_look_s;
  const std::set<int> asked = elsewhere_; // settling one may change the set
  for (int run : asked) look_at(run);
}

void Schedule::look_at(int run) {
  std::optional<RunRecord> record;
  try {
    ClaimAnswer answer = claims_.take(run);
    if (const HeldElsewhere *other = std::get_if<HeldElsewhere>(&answer)) {
      leave_to_other(run, other->holder);
      return;
    }
    record = std::get<Claimed>(std::move(answer)).record;
  } catch (const RunError &) {
    // The next claim says why.
  }
  take_back(run);
  if (record && settle_by_record(run, *record)) return;
  claims_.release(run);
  changed(run);
  ready_.add(run);
}

} // namespace pursuit
