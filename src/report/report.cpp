#include "report/report.hpp"

#include <regex>

#include <fmt/format.h>

#include "report/html.hpp"

namespace pursuit {

namespace {

// A page that grows section by section.
class Page {
public:
  template <class... Values> void add(fmt::format_string<Values...> format, Values &&...values) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Values>(values)...);
  }
  void raw(const std::string &text) { text_ += text; }
  // A line of a definition list; nothing for an empty value.
  void fact(const std::string &name, const std::string &value) {
    if (!value.empty()) add("<dt>{}</dt><dd>{}</dd>\n", html(name), html(value));
  }
  std::string end() && { return std::move(text_); }

private:
  std::string text_;
};

std::string data_kind(const Manifest &manifest) {
  return manifest.synthetic ? "synthetic data" : "recorded data";
}

void add_head(Page &page, const Manifest &manifest) {
  page.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
           "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
           "<meta name=\"color-scheme\" content=\"light dark\">\n<title>{}</title>\n"
           "<link rel=\"icon\" href=\"data:,\">\n<style>{}</style>\n</head>\n<body>\n",
           html(manifest.name), k_report_style);
  const ManifestCounts counts = count(manifest.runs);
  page.add(
      "<h1>{}</h1>\n<p>{}</p>\n<p><span class=\"badge\">{}</span><span class=\"badge\">{}</span>"
      "<span class=\"badge\">{} of {} runs done</span></p>\n",
      html(manifest.name), html(manifest.description), html(data_kind(manifest)),
      html(manifest.state), counts.done, counts.total);
  if (counts.diverged > 0)
    page.add("<p>{} network{} diverged: the loss ended above 1.5 times that of an output of zero. "
             "Claims and figures "
             "leave {} out, and those trained from {}.</p>\n",
             counts.diverged, counts.diverged == 1 ? "" : "s", counts.diverged == 1 ? "it" : "them",
             counts.diverged == 1 ? "it" : "them");
  if (manifest.synthetic)
    page.raw("<p class=\"soft\">Every result on this page comes from synthetic data: it says "
             "something about the "
             "method, and nothing about an animal.</p>\n");
}

void add_expectations(Page &page, const std::vector<CheckedExpectation> &expectations) {
  if (expectations.empty()) return;
  page.raw(
      "<h2>What was expected</h2>\n<div class=\"scroll\"><table class=\"claims\">\n<thead><tr><th "
      "scope=\"col\">verdict</th><th scope=\"col\">claim</th><th "
      "scope=\"col\">found</th></tr></thead>\n<tbody>\n");
  for (const CheckedExpectation &checked : expectations) {
    const char *verdict = !checked.entry.passed   ? "open"
                          : *checked.entry.passed ? "passed"
                                                  : "failed";
    page.add("<tr><td class=\"{0}\">{0}</td><td>{1}</td><td>{2}{3}</td></tr>\n", verdict,
             html(checked.claim), html(checked.finding),
             checked.warning.empty()
                 ? ""
                 : "<br><span class=\"soft\">" + html(checked.warning) + "</span>");
  }
  page.raw("</tbody></table></div>\n<p class=\"small soft\">Networks are the unit of analysis. "
           "Intervals: 95%, percentile "
           "bootstrap over networks or pairs. A claim of more or less holds if the whole interval "
           "is on its side.</p>\n");
}

// Pictures too large for a page are shown by their PNG, which is one too.
void add_figure(Page &page, const DrawnFigure &figure) {
  page.add("<h3>{}</h3>\n", html(figure.title.empty() ? figure.entry.name : figure.title));
  if (figure.svg.empty()) {
    page.add("<p class=\"soft\">{}: not drawn: {}.</p>\n", html(figure.entry.name),
             html(figure.entry.skipped_because));
    return;
  }
  if (!figure.kept_because.empty())
    page.add("<p class=\"soft\">As it was drawn {}: {}.</p>\n",
             html(figure.entry.drawn.empty() ? "at an unknown time" : "on " + figure.entry.drawn),
             html(figure.kept_because));
  page.add("<figure id=\"{}\"><div class=\"scroll\">", html(figure.entry.name));
  page.raw(figure.png.empty() ? inline_svg(figure.svg, figure.entry.name + "-")
                              : fmt::format("<img alt=\"{}\" src=\"data:image/png;base64,{}\">",
                                            html(figure.title), base64(figure.png)));
  page.add("</div>\n<figcaption>{} {} <span class=\"soft\">Files: {}.{{svg,png,pdf,csv}}; {} "
           "model{}.</span>"
           "</figcaption></figure>\n",
           html(figure.caption), html(figure.note), html("figures/" + figure.entry.name),
           figure.entry.models.size(), figure.entry.models.size() == 1 ? "" : "s");
}

void add_runs(Page &page, const Manifest &manifest) {
  std::vector<ManifestRun> runs;
  for (const ManifestRun *run : in_reading_order(manifest)) runs.push_back(*run);
  page.add("<h2>Runs</h2>\n<p class=\"controls\"><label>Find <input id=\"find\" type=\"search\" "
           "placeholder=\"threshold "
           "done\"></label> <span id=\"count\" class=\"soft\"></span></p>\n<div class=\"scroll "
           "wide\"><table "
           "id=\"runs\"><thead><tr></tr></thead><tbody></tbody></table></div>\n<p "
           "class=\"controls\"><button id=\"more\" "
           "class=\"more\" hidden>Show more</button></p>\n<p class=\"paper small soft\">More runs "
           "and measures: report.html, or pursuit-run list --csv.</p>\n<noscript><p>The table "
           "needs JavaScript; "
           "<code>pursuit-run list "
           "--csv</code> prints it.</p></noscript>\n<script type=\"application/json\" "
           "id=\"runs-data\">{}</script>\n",
           runs_table_json(runs));
}

// When the first of its networks was: earlier than the last start where runs are reused.
std::string training_began(const Manifest &manifest) {
  std::string first;
  for (const ManifestRun &run : manifest.runs) {
    if (run.attempts.empty()) continue;
    const std::string &started = run.attempts.front().started;
    if (first.empty() || started < first) first = started;
  }
  return first.empty() ? manifest.created : first;
}

void add_provenance(Page &page, const Manifest &manifest) {
  const auto commit = [](const std::string &name, const std::optional<bool> &dirty) {
    if (name.empty()) return std::string("unknown");
    return name + (!dirty ? ", changes unknown" : *dirty ? ", with changes" : "");
  };
  page.raw("<h2>How it came to be</h2>\n<dl>\n");
  page.fact("experiment file", manifest.file);
  page.fact("its SHA-256", manifest.file_sha256);
  page.fact("its repository's commit", commit(manifest.git_commit, manifest.git_dirty));
  for (const std::string &change : manifest.overrides) page.fact("changed by --set", change);
  page.fact("data", fmt::format("{}, {} days", data_kind(manifest), manifest.days));
  page.fact("data file", manifest.data_path);
  page.fact("data SHA-256", manifest.data_sha256);
  page.fact("program", fmt::format("pursuit {}", manifest.version));
  page.fact("program's commit", commit(manifest.program_commit, manifest.program_dirty));
  page.fact("arithmetic", manifest.numerics);
  for (const auto &[name, version] : manifest.libraries) page.fact(name, version);
  page.fact("host", fmt::format("{}, {}, {} core{}", manifest.host.name, manifest.host.cpu,
                                manifest.host.cores, manifest.host.cores == 1 ? "" : "s"));
  page.fact("started", training_began(manifest));
  page.fact("last start", manifest.created);
  page.fact("last change", manifest.updated);
  page.add("</dl>\n<details><summary>The experiment as it was "
           "resolved</summary>\n<pre>{}</pre></details>\n",
           html(manifest.resolved_json));
}

void add_citation(Page &page, const Manifest &manifest) {
  page.raw("<h2>How to cite</h2>\n<p>The networks and their training are those of the study "
           "<q>Tuned inhibitory control "
           "of neuronal firing thresholds explains predictive sensorimotor behavior</q>; please "
           "cite it.</p>\n");
  if (manifest.synthetic)
    page.raw("<p>The data of this report are synthetic and have no source beyond this program. "
             "Results on the recorded "
             "behaviour cite its source as well: ");
  else
    page.raw("<p>The recorded behaviour is for non-commercial research, and its source is to be "
             "cited: ");
  page.raw("Park J, Kim S, Kim HR, Lee J (2023). Prior expectation enhances sensorimotor behavior "
           "by modulating "
           "population tuning and subspace activity in sensory cortex. <i>Science Advances</i> "
           "9(27), eadg4156. "
           "doi:10.1126/sciadv.adg4156</p>\n");
}

} // namespace

std::string inline_svg(const std::string &svg, const std::string &prefix) {
  const std::size_t begin = svg.find("<svg");
  std::string text = without_metadata(begin == std::string::npos ? svg : svg.substr(begin));
  text = std::regex_replace(text, std::regex("\\bid=(['\"])"), "id=$1" + prefix);
  text = std::regex_replace(text, std::regex("href='#"), "href='#" + prefix);
  return std::regex_replace(text, std::regex("url\\(#"), "url(#" + prefix);
}

std::string base64(std::string_view bytes) {
  constexpr char k_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j)
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0u);
    for (std::size_t j = 0; j < 4; ++j)
      text += i + j > bytes.size() ? '=' : k_digits[group >> (18 - 6 * j) & 63u];
  }
  return text;
}

std::string report_html(const Manifest &manifest, const std::vector<DrawnFigure> &figures,
                        const std::vector<CheckedExpectation> &expectations) {
  Page page;
  add_head(page, manifest);
  add_expectations(page, expectations);
  if (!figures.empty()) page.raw("<h2>Figures</h2>\n");
  for (const DrawnFigure &figure : figures) add_figure(page, figure);
  page.add("<h2>Plan</h2>\n<div class=\"plan scroll\">{}</div>\n", plan_svg(manifest.runs));
  add_runs(page, manifest);
  add_provenance(page, manifest);
  add_citation(page, manifest);
  page.add("<script>{}</script>\n</body>\n</html>\n", k_report_script);
  return std::move(page).end();
}

} // namespace pursuit
