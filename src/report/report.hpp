// report.html: what was asked, what came out, and how it came to be, in one file that needs no network.
#pragma once

#include <string>
#include <vector>

#include "report/expectations.hpp"
#include "report/figure_files.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// The page. Every text from outside is escaped. The same bytes for the same values.
std::string report_html(const Manifest &manifest, const std::vector<DrawnFigure> &figures,
                        const std::vector<CheckedExpectation> &expectations);

// Pieces of it:
// stages as boxes, what needs what as arrows, with numbers of runs: an <svg>.
std::string plan_svg(const std::vector<ManifestRun> &runs);
// {"columns": [{"name", "label", "number"}], "rows": [[...]]}: the table of runs, safe inside <script>.
std::string runs_table_json(const std::vector<ManifestRun> &runs);
// An SVG file to stand inside a page: without its prolog, every id with `prefix` before it.
std::string inline_svg(const std::string &svg, const std::string &prefix);
// RFC 4648.
std::string base64(std::string_view bytes);
// The page's style sheet and script.
extern const char *const k_report_style;
extern const char *const k_report_script;

} // namespace pursuit
