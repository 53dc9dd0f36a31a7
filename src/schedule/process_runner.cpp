#include "schedule/process_runner.hpp"

#include <algorithm>
#include <cmath>
#include <deque>

#include <poll.h>
#include <signal.h>
#include <sys/resource.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/errors.hpp"
#include "schedule/signal_source.hpp"
#include "schedule/worker_process.hpp"

namespace pursuit {

namespace {

// Idle workers are asked to leave by closing their stdin, and get this long, in seconds.
constexpr double k_leave_s = 2;

// When it has not looked for this long, in seconds, this process was stopped itself: what the
// workers sent meanwhile says nothing.
constexpr double k_absence_s = 5;
// Descriptors for everything but workers: standard streams, locks, a file that is being replaced.
constexpr rlim_t k_own_descriptors = 32;

// Three pipes, and the claims of its runs.
rlim_t descriptors_of(const Slot &slot) { return 3 + static_cast<rlim_t>(slot.sharing.most); }

// Raises the limit of open files as far as it goes. How many workers there is room for, at least 1.
std::size_t room_for_workers(const std::vector<Slot> &slots) {
  rlim_t wanted = k_own_descriptors;
  for (const Slot &slot : slots) wanted += descriptors_of(slot);
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted) return slots.size();
  limit.rlim_cur = std::min(wanted, limit.rlim_max);
  ::setrlimit(RLIMIT_NOFILE, &limit);
  std::size_t room = 0;
  rlim_t used = k_own_descriptors;
  while (room < slots.size() && (used += descriptors_of(slots[room])) <= limit.rlim_cur) ++room;
  return std::max<std::size_t>(room, 1);
}

class ProcessRunner final : public Runner {
public:
  ProcessRunner(std::filesystem::path program, std::vector<Slot> slots, DescribeJob describe,
                double silence_s)
      : program_(std::move(program)), slots_(std::move(slots)), describe_(std::move(describe)),
        silence_s_(silence_s), room_(room_for_workers(slots_)), places_(slots_.size()),
        looked_s_(real_clock().monotonic_s()) {}
  ~ProcessRunner() override { dismiss_all(); }

  void start(const Job &job) override;
  void extend(SlotIndex slot, NodeIndex run, int claim) override;
  Event wait(double deadline_s) override;
  void drain(SlotIndex slot) override;
  void kill(SlotIndex slot) override;

private:
  // A slot with its worker, if it has one, and the job that it works on.
  struct Place {
    std::unique_ptr<WorkerProcess> worker;
    Job job;
    std::vector<NodeIndex> open; // runs that have not reported
    bool busy = false;
    bool distrusted = false; // it wrote nonsense: whatever else it says is dropped
    bool asked = false;      // to stop: it may leave once its job has ended
    double heard_s = 0;      // when it last sent something, or got its job
    double silent_s = 0;     // killed because it had sent nothing for so long
  };

  void send_job(Place &place, const Job &job);
  void require_room() const;
  void poll_until(double deadline_s);
  void take_signals();
  void pause_all();
  void end_silent();
  void serve(SlotIndex slot);
  void take_line(SlotIndex slot, const std::string &line);
  void report(SlotIndex slot, const WorkerEvent &event);
  void end_job(SlotIndex slot, int runs);
  template <typename RunEvent> void close_run(Place &place, const RunEvent &event);
  void report_end(SlotIndex slot, const ProcessEnd &end);
  void give_up(SlotIndex slot, const std::string &line);
  void dismiss_all();

  std::filesystem::path program_;
  std::vector<Slot> slots_;
  DescribeJob describe_;
  double silence_s_;
  std::size_t room_; // for workers
  SignalSource signals_;
  IndexedVector<SlotIndex, Place> places_;
  double looked_s_; // when we last read what workers sent
  std::deque<Event> events_;
};

void ProcessRunner::start(const Job &job) {
  Place &place = places_[job.slot];
  if (place.busy) throw InternalError("a job was started on a busy slot");
  // One that was killed or asked to stop just as it became idle, or left by itself.
  if (place.worker && (place.worker->killed() || place.asked || place.worker->reap(false))) {
    place.worker.reset();
  }
  place.job = job;
  place.open = job.runs;
  place.busy = true;
  place.distrusted = false;
  place.asked = false;
  place.heard_s = real_clock().monotonic_s();
  place.silent_s = 0;
  try {
    send_job(place, job);
    events_.push_back(JobBegun{job.slot.value()}); // there is no queue
  } catch (const RunError &error) {
    place.worker.reset();
    place.busy = false;
    events_.push_back(WorkerEnded{job.slot.value(), std::nullopt, "", error.what(), true, 0});
  }
}

void ProcessRunner::send_job(Place &place, const Job &job) {
  if (!place.worker) {
    require_room();
    place.worker = std::make_unique<WorkerProcess>(program_.string(), slots_[job.slot.at()]);
  }
  std::vector<int> claims = job.claims;
  std::erase(claims, -1);
  place.worker->send(to_line(describe_(job)), std::move(claims));
}

// The worker may have ended the job while this was on its way, and will go on with it: the end that we have not told of yet is
// none.
void ProcessRunner::extend(SlotIndex slot, NodeIndex run, int claim) {
  Place &place = places_[slot];
  if (!place.worker) return; // that it is gone will be the next that is heard of it
  std::erase_if(events_, [slot](const Event &event) {
    const JobEnded *ended = std::get_if<JobEnded>(&event);
    return ended != nullptr && ended->slot == slot.value();
  });
  place.busy = true;
  place.job.runs.push_back(run);
  place.open.push_back(run);
  Job more = place.job;
  more.runs = {run};
  WorkerJob message = describe_(more);
  std::vector<int> claims;
  if (claim != -1) claims.push_back(claim);
  place.worker->send(to_line(WorkerExtension{more.pack_id, std::move(message.runs)}),
                     std::move(claims));
}

void ProcessRunner::require_room() const {
  const std::ptrdiff_t workers = std::count_if(places_.begin(), places_.end(),
                                               [](const Place &p) { return p.worker != nullptr; });
  if (static_cast<std::size_t>(workers) < room_) return;
  throw RunError(fmt::format("cannot start {}: the limit of open files (ulimit -n) leaves room for "
                             "{} worker{}",
                             program_.string(), room_, room_ == 1 ? "" : "s"));
}

Event ProcessRunner::wait(double deadline_s) {
  while (events_.empty()) {
    if (real_clock().monotonic_s() >= deadline_s) return Tick{};
    poll_until(deadline_s);
  }
  const Event event = events_.front();
  events_.pop_front();
  return event;
}

void ProcessRunner::poll_until(double deadline_s) {
  std::vector<pollfd> entries = {{signals_.fd(), POLLIN, 0}};
  for (const Place &place : places_) {
    if (!place.worker) continue;
    // A closed descriptor is -1, which poll passes over.
    entries.push_back({place.worker->out_fd(), POLLIN, 0});
    entries.push_back({place.worker->err_fd(), POLLIN, 0});
    if (place.worker->has_unsent()) entries.push_back({place.worker->in_fd(), POLLOUT, 0});
  }
  const double left_s = std::max(0.0, deadline_s - real_clock().monotonic_s());
  const double wait_s = std::min({left_s, silence_s_ / 4, k_absence_s / 2}); // silence is noticed
  const int left_ms = static_cast<int>(std::ceil(wait_s * 1000));
  ::poll(entries.data(), entries.size(), left_ms);
  take_signals(); // before the dead are looked for: who dies later wakes the next poll
  for (const SlotIndex slot : places_.indexes()) serve(slot);
  end_silent();
}

void ProcessRunner::take_signals() {
  for (int number : signals_.take()) {
    if (number == SIGTSTP) {
      pause_all();
    } else if (number != SIGCHLD) {
      events_.push_back(Interrupted{number});
    }
  }
}

// Ctrl-Z: the workers are not in the terminal's process group, but should rest with us.
void ProcessRunner::pause_all() {
  for (Place &place : places_) {
    if (place.worker) place.worker->signal_all(SIGSTOP);
  }
  ::raise(SIGSTOP); // until SIGCONT
  for (Place &place : places_) {
    if (place.worker) place.worker->signal_all(SIGCONT);
  }
}

void ProcessRunner::end_silent() {
  const double now_s = real_clock().monotonic_s();
  const bool was_away = now_s - looked_s_ > k_absence_s;
  looked_s_ = now_s;
  for (Place &place : places_) {
    if (was_away) place.heard_s = now_s;
    const double silent_s = now_s - place.heard_s;
    if (!place.worker || !place.busy || place.worker->killed() || silent_s < silence_s_) continue;
    place.silent_s = silent_s;
    place.worker->kill();
  }
}

// Everything a worker has to say, and then its end: what it wrote before it died counts.
void ProcessRunner::serve(SlotIndex slot) {
  Place &place = places_[slot];
  if (!place.worker) return;
  const std::optional<ProcessEnd> end = place.worker->reap(false);
  place.worker->write_some();
  for (const std::string &line : place.worker->read_lines()) {
    place.heard_s = real_clock().monotonic_s();
    take_line(slot, line);
  }
  place.worker->read_stderr();
  if (end) {
    report_end(slot, *end);
  } else if (place.worker->out_fd() < 0) {
    place.worker->kill(); // it can never report again
  }
}

void ProcessRunner::take_line(SlotIndex slot, const std::string &line) {
  const Place &place = places_[slot];
  if (!place.busy || place.distrusted) return;
  try {
    report(slot, parse_event(line));
  } catch (const RunError &) {
    give_up(slot, line);
  }
}

// The protocol's index into the job becomes the run.
template <typename RunEvent> RunEvent placed(RunEvent event, SlotIndex slot, const Job &job) {
  const std::size_t index = static_cast<std::size_t>(event.run);
  if (event.run < 0 || index >= job.runs.size()) throw RunError("no such run in this job");
  event.slot = slot.value();
  event.run = job.runs[index].value();
  return event;
}

void ProcessRunner::report(SlotIndex slot, const WorkerEvent &event) {
  Place &place = places_[slot];
  if (const RunProgress *progress = std::get_if<RunProgress>(&event)) {
    events_.push_back(placed(*progress, slot, place.job));
  } else if (const RunDone *done = std::get_if<RunDone>(&event)) {
    close_run(place, placed(*done, slot, place.job));
  } else if (const RunEvaluated *evaluated = std::get_if<RunEvaluated>(&event)) {
    events_.push_back(placed(*evaluated, slot, place.job));
  } else if (const RunFailed *failed = std::get_if<RunFailed>(&event)) {
    close_run(place, placed(*failed, slot, place.job));
  } else if (const RunStopped *stopped = std::get_if<RunStopped>(&event)) {
    close_run(place, placed(*stopped, slot, place.job));
  } else if (std::holds_alternative<JobBegun>(event)) {
    events_.push_back(JobBegun{slot.value()});
  } else if (const JobEnded *ended = std::get_if<JobEnded>(&event)) {
    end_job(slot, ended->runs);
  }
}

// `runs`: of how many the worker knew; 0: it does not say. Others are on their way to it, and it goes on.
void ProcessRunner::end_job(SlotIndex slot, int runs) {
  Place &place = places_[slot];
  if (runs > 0 && static_cast<std::size_t>(runs) < place.job.runs.size()) return;
  place.busy = false;
  events_.push_back(JobEnded{slot.value(), runs});
}

template <typename RunEvent> void ProcessRunner::close_run(Place &place, const RunEvent &event) {
  std::erase(place.open, NodeIndex(event.run));
  events_.push_back(event);
}

// A worker that writes anything else is broken; what it would say next cannot be trusted either.
void ProcessRunner::give_up(SlotIndex slot, const std::string &line) {
  Place &place = places_[slot];
  for (const NodeIndex run : place.open) {
    events_.push_back(
        RunFailed{slot.value(), run.value(),
                  fmt::format("the worker wrote a line that is no event: {:.200}", line), false});
  }
  place.open.clear();
  place.distrusted = true;
  place.worker->kill();
}

void ProcessRunner::report_end(SlotIndex slot, const ProcessEnd &end) {
  Place &place = places_[slot];
  if (place.busy) {
    events_.push_back(WorkerEnded{slot.value(), end.exit_code, end.signal,
                                  place.worker->last_words(), false, place.silent_s});
  }
  place.busy = false;
  place.worker.reset();
}

void ProcessRunner::drain(SlotIndex slot) {
  Place &place = places_[slot];
  if (!place.busy || !place.worker) return;
  place.asked = true;
  place.worker->signal(SIGTERM);
}

void ProcessRunner::kill(SlotIndex slot) {
  const Place &place = places_[slot];
  if (place.busy && place.worker) place.worker->kill();
}

// Idle workers leave when their stdin ends; busy ones (we are unwinding) and slow ones are killed.
void ProcessRunner::dismiss_all() {
  for (Place &place : places_) {
    if (!place.worker) continue;
    if (place.busy) place.worker->kill();
    place.worker->close_input();
  }
  const double deadline_s = real_clock().monotonic_s() + k_leave_s;
  bool waiting = true;
  while (waiting && real_clock().monotonic_s() < deadline_s) {
    waiting = false;
    for (Place &place : places_) {
      if (place.worker && place.worker->reap(false)) place.worker.reset();
      waiting = waiting || place.worker != nullptr;
    }
    if (waiting) ::poll(nullptr, 0, 5);
  }
}

} // namespace

std::unique_ptr<Runner> make_process_runner(std::filesystem::path program, std::vector<Slot> slots,
                                            DescribeJob describe, double silence_s) {
  return std::make_unique<ProcessRunner>(std::move(program), std::move(slots), std::move(describe),
                                         silence_s);
}

} // namespace pursuit
