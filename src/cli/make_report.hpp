// What comes after training: claims are checked, figures drawn, report.html written, from what is finished.
#pragma once

#include "base/disk.hpp"
#include "cli/place.hpp"
#include "report/expectations.hpp"
#include "report/figure_files.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct Report {
  std::vector<CheckedExpectation> expectations;
  std::vector<DrawnFigure> figures;
};

// Draws (unless `with_figures` is false) and writes <folder>/report.html. Fills in the manifest's figures; its expectations
// too, unless runs are still to come: then the verdicts are for the reader only. The caller writes the manifest.
// Says on stderr that it draws, unless `quiet`.
Report make_report(Disk &disk, const Place &place, Manifest &manifest, bool with_figures,
                   bool quiet);

// Only the claims.
std::vector<CheckedExpectation> check_claims(Disk &disk, Manifest &manifest);

// Verdicts on stdout; why a figure is missing on stderr. `quiet`: only what is not as it was asked for, on stderr.
void print_report(const Report &report, const Place &place, bool quiet);

// Every claim holds, and every figure that has data could be drawn.
bool is_fulfilled(const Report &report);

} // namespace pursuit
