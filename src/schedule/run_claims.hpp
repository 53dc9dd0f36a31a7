// The claims of one schedule on the runs that it trains (claims.hpp).
#pragma once

#include "schedule/claims.hpp"

namespace pursuit {

class RunClaims {
public:
  RunClaims(Claims &claims, std::size_t runs) : claims_(claims), ours_(runs) {}

  bool is_ours(NodeIndex run) const { return ours_[run]; }
  // Of one that is not ours. Throws RunError where the run's folder cannot be written or read.
  ClaimAnswer take(NodeIndex run) {
    ClaimAnswer answer = claims_.take(run);
    ours_[run] = std::holds_alternative<Claimed>(answer);
    return answer;
  }
  void release(NodeIndex run) {
    ours_[run] = false;
    claims_.release(run);
  }
  int descriptor(NodeIndex run) const { return claims_.descriptor(run); }

private:
  Claims &claims_;
  IndexedVector<NodeIndex, bool> ours_;
};

} // namespace pursuit
