#include "schedule/workplaces.hpp"

#include <algorithm>
#include <limits>

namespace pursuit {

using Is = SlotState::Is;

namespace {

double last_end_s(const SlotWork &work) {
  double end_s = 0;
  for (const OpenRun &open : work.open) end_s = std::max(end_s, open.end_s);
  return end_s;
}

} // namespace

SlotState Workplaces::state(SlotIndex slot, double now_s) const {
  const SlotWork &work = work_[slot];
  SlotState state;
  if (work.rests_until_s > now_s) {
    state.is = Is::closed;
  } else if (!work.busy) {
    state.is = Is::idle;
  } else if (work.job.kind == Job::Kind::evaluate || work.open.empty()) {
    state.is = Is::ending;
  } else {
    state = training_state(work);
  }
  return state;
}

SlotState Workplaces::training_state(const SlotWork &work) const {
  const int size = static_cast<int>(work.open.size());
  SlotState state{Is::trains, last_end_s(work), size, std::nullopt};
  const bool takes_more = std::all_of(work.open.begin(), work.open.end(), [&](const OpenRun &open) {
    return policy_.most(work.job.slot, open.run) > size;
  });
  if (takes_more && work.begun && !work.is_full && !work.draining && !work.overdue)
    state.joinable = work.open.front().run;
  return state;
}

SlotStates Workplaces::states(double now_s) const {
  SlotStates states(work_.size());
  for (const SlotIndex slot : work_.indexes()) states[slot] = state(slot, now_s);
  return states;
}

void Workplaces::start(const Job &job, double now_s) {
  SlotWork work;
  work.job = job;
  const double end_s = now_s + policy_.seconds(job.slot, job.runs);
  for (const NodeIndex run : job.runs) work.open.push_back({run, end_s});
  work.side_by_side = static_cast<int>(job.runs.size());
  work.busy = true;
  work.rests_until_s = work_[job.slot].rests_until_s;
  work_[job.slot] = work;
  ++busy_;
}

void Workplaces::join(SlotIndex slot, NodeIndex run, double now_s) {
  SlotWork &work = work_[slot];
  const double end_s = std::max(last_end_s(work), now_s) + policy_.further_seconds(slot, run);
  work.job.runs.push_back(run);
  work.open.push_back({run, end_s});
  work.side_by_side = static_cast<int>(work.open.size());
  limit(work, now_s);
}

void Workplaces::begin(SlotIndex slot, double now_s) {
  SlotWork &work = work_[slot];
  if (!work.busy || work.overdue) return;
  work.begun = true;
  limit(work, now_s);
}

// All that are under way have from now on what that many runs may take.
void Workplaces::limit(SlotWork &work, double now_s) const {
  work.limit_s = policy_.limit_for(work.job.slot, work.side_by_side, timeout_s_);
  work.deadline_s = timeout_s_ > 0 ? now_s + work.limit_s : std::numeric_limits<double>::infinity();
}

bool Workplaces::is_open(SlotIndex slot, NodeIndex run) const {
  const std::vector<OpenRun> &open = work_[slot].open;
  return std::any_of(open.begin(), open.end(),
                     [run](const OpenRun &one) { return one.run == run; });
}

void Workplaces::foresee(SlotIndex slot, NodeIndex run, double end_s) {
  for (OpenRun &open : work_[slot].open) {
    if (open.run == run) open.end_s = end_s;
  }
}

bool Workplaces::close(SlotIndex slot, NodeIndex run) {
  return std::erase_if(work_[slot].open, [run](const OpenRun &open) { return open.run == run; }) >
         0;
}

std::vector<NodeIndex> Workplaces::end(SlotIndex slot) {
  SlotWork &work = work_[slot];
  std::vector<NodeIndex> lost;
  for (const OpenRun &open : work.open) lost.push_back(open.run);
  work.open.clear();
  work.busy = false;
  --busy_;
  return lost;
}

double Workplaces::next_deadline_s() const {
  double deadline_s = std::numeric_limits<double>::infinity();
  for (const SlotWork &work : work_) {
    if (work.busy && work.begun) deadline_s = std::min(deadline_s, work.deadline_s);
  }
  return deadline_s;
}

std::vector<SlotIndex> Workplaces::late(double now_s) const {
  std::vector<SlotIndex> late;
  for (const SlotIndex slot : work_.indexes()) {
    const SlotWork &work = work_[slot];
    if (work.busy && work.begun && now_s >= work.deadline_s) late.push_back(slot);
  }
  return late;
}

void Workplaces::allow(double late_s) {
  for (SlotWork &work : work_) work.deadline_s += late_s;
}

} // namespace pursuit
