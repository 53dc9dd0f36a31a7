// Drawings as pictures, by gnuplot (gnuplot-nox): the only place that knows it.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "report/drawing.hpp"

namespace pursuit {

struct Pictures {
  std::string svg, png, pdf; // the files' bytes
  bool has_letters = true;   // false: no font was found, and PNG and PDF are without any letter
};

class Gnuplot {
public:
  // `last_resort`: where it may work if TMPDIR, /tmp and /var/tmp take nothing (base/temporary_folder.hpp). `patience_s`:
  // what it may take for a drawing without points.
  explicit Gnuplot(std::filesystem::path last_resort = {}, double patience_s = 60)
      : last_resort_(std::move(last_resort)), patience_s_(patience_s) {}

  // The same bytes for the same drawing on one machine: the PDF has no date. gnuplot finds an environment of its own
  // making and has limit_s() seconds, after which it is killed. While it draws, SIGINT, SIGTERM and SIGHUP end it first
  // and then do to this process what they always do. Throws RunError in gnuplot's words, or if there is no gnuplot.
  Pictures draw(const Drawing &drawing);

  // What the user should know, each once: a TMPDIR that cannot be used, no font.
  const std::vector<std::string> &notices() const { return notices_; }

  // A minute, and a second more for every 5000 points (it draws some 100,000 a second); once it has taken too long, a sixth
  // of the minute, so that what hangs, hangs once.
  double limit_s(const Drawing &drawing) const;

private:
  void notice(const std::string &text);

  std::filesystem::path last_resort_;
  std::vector<std::string> notices_;
  double patience_s_;
  bool was_too_slow_ = false;
};

// The script: data, then the panels once for each of the three formats, written to picture.svg, .png and .pdf.
std::string gnuplot_script(const Drawing &drawing);

} // namespace pursuit
