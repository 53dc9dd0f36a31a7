#include "engine/packed_training.hpp"

#include <cmath>
#include <new>
#include <utility>

#include <fmt/format.h>

#include "base/errors.hpp"

namespace pursuit {

MemberId PackedTraining::add(const TrainingState &state, TrialSource source, std::int64_t end) {
  const MemberId member{ids_++};
  try {
    put_in(member, state);
  } catch (const std::bad_alloc &) {
    throw RunError(fmt::format("not enough memory for a network of N = {}", state.network.n));
  }
  members_.emplace(member, Member{std::move(source), state.updates, end, state.updates, {}, ""});
  return member;
}

void PackedTraining::advance(std::int64_t most) {
  if (most < 1) return;
  std::vector<Shown> shown;
  for (const auto &[id, member] : members_) {
    if (member.trial >= member.end) continue;
    shown.push_back({id, member.source.trial(static_cast<std::uint32_t>(member.trial))});
  }
  if (shown.empty()) return;
  update(shown);
  for (const Shown &one : shown) ++members_.at(one.member).trial;
}

TrainingState PackedTraining::remove(MemberId member) {
  TrainingState last = state(member);
  take_out(member);
  members_.erase(member);
  return last;
}

std::vector<double> PackedTraining::take_losses(MemberId member) {
  collect_losses();
  return std::exchange(members_.at(member).losses, {});
}

void PackedTraining::record(MemberId id, double loss) {
  Member &member = members_.at(id);
  member.losses.push_back(loss);
  ++member.recorded;
  if (member.fault.empty() && !std::isfinite(loss))
    member.fault = fmt::format("trial {}: the loss is not finite", member.recorded);
}

// No loss shows the column of W of a silent unit: it is never read.
std::string PackedTraining::fault(MemberId id) {
  collect_losses();
  Member &member = members_.at(id);
  if (!member.fault.empty()) return member.fault;
  const std::string tensor = not_finite(id);
  if (!tensor.empty())
    member.fault = fmt::format("trial {}: {} is not finite", member.trial, tensor);
  return member.fault;
}

} // namespace pursuit
