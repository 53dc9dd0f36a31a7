// Claims of an experiment, checked against its finished networks.
//
//   mean_between [a, b]            the mean over networks lies in [a, b]
//   paired_difference {to, between: [a, b]}   the mean of the differences within pairs lies in [a, b]
//   greater_than, less_than a group           the difference of the means is on the claimed side of 0, and so is its whole
//                                  95% interval: more than the sign of a difference that chance explains. Within pairs
//                                  where the groups have some, else between the groups. One pair (or network) has no
//                                  interval: then the sign alone decides, with a warning.
// A pair is a network of each group with the same seed and the same value of every parameter that takes the same values in
// both groups; networks that this does not tell apart are averaged first. Nothing to judge by is a failure. Networks that
// diverged, and those trained from one that did, are left out and counted.
#pragma once

#include <string>
#include <vector>

#include "experiment/experiment.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct CheckedExpectation {
  ManifestExpectation entry;
  std::string claim; // "bias, low contrast, of adapt (activation=threshold): mean between 3 and 6"
  std::string finding; // "4.61 deg, 95% interval 3.9 to 5.3, n = 6 networks"; or why there is none
  std::string warning; // empty: none
};

// Only networks that are done and have the measure count. While runs are pending or running, a claim without data is open:
// neither passed nor failed.
CheckedExpectation check_expectation(const Expectation &expectation,
                                     const std::vector<ManifestRun> &runs);

// "expect  passed  claim: finding"; FAILED, or open.
std::string verdict_line(const CheckedExpectation &checked);

// Of a run, by the name of a measure; nothing where it has none.
std::optional<double> measured_value(const ManifestRun &run, const std::string &measure,
                                     const std::string &contrast);

} // namespace pursuit
