// What comes after training: claims are checked, figures drawn, report.html written, from what is finished.
#pragma once

#include "base/disk.hpp"
#include "experiment/read_requests.hpp"
#include "report/expectations.hpp"
#include "report/figure_files.hpp"
#include "store/experiment_folder.hpp"
#include "store/manifest.hpp"

namespace pursuit {

struct Report {
  std::vector<CheckedExpectation> expectations;
  std::vector<DrawnFigure> figures;
};

// What is reported on: the manifest's own runs and requests, or those of an experiment file (sweep/asked_report.hpp).
struct Reported {
  Manifest manifest;
  Requests requests;
};
// `manifest` is judged (store/judge_diverged.hpp): other processes find runs done without a word of it.
Reported as_recorded(Disk &disk, Manifest &manifest);

struct ReportOptions {
  bool with_figures = true;        // else figures that are there are kept
  bool quiet = false;              // what happens to figures is not said as it happens
  std::filesystem::path into = {}; // not empty: report and figures go there instead
};

// Draws and writes <folder>/report.html. Says on stderr what it draws and sets aside.
Report make_report(Disk &disk, const ExperimentFolder &place, const Reported &reported,
                   const ReportOptions &options);

// Fills in the manifest's figures and expectations; these without verdicts while runs are still to come. The caller
// writes it.
void record_report(const Report &report, const Reported &reported, Manifest &manifest);

// Only the claims.
std::vector<CheckedExpectation> check_claims(const Reported &reported);

// Verdicts on stdout; why a figure is missing or old, and other notices, on stderr. `quiet`: only what is not as
// it was asked for, on stderr. `folder`: of report.html.
void print_report(const Report &report, const std::filesystem::path &folder, bool quiet);

// No claim fails, and every figure that has data could be drawn.
bool is_fulfilled(const Report &report);

} // namespace pursuit
