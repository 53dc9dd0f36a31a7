#include "cli/watch_status.hpp"

#include <algorithm>
#include <cmath>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <sstream>

#include <poll.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/clock.hpp"
#include "base/say.hpp"
#include "cli/command_line.hpp"
#include "cli/fitted_text.hpp"
#include "cli/manifest_origin.hpp"
#include "cli/run_status.hpp"
#include "cli/terminal_screen.hpp"
#include "experiment/read_experiment.hpp"
#include "schedule/signal_source.hpp"
#include "store/experiment_lock.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// How often it looks, in seconds; a large manifest less often, so that reading it takes a twentieth of the time.
constexpr double k_look_on_terminal_s = 1, k_look_elsewhere_s = 2;

// Where the experiment's folder is, or will be. Throws ConfigError on a WHERE that says neither.
fs::path folder_of(const std::string &where, const std::optional<std::string> &output_dir) {
  std::error_code ignored;
  if (fs::is_directory(where, ignored)) return where;
  const Destination destination = read_destination(real_disk(), where, output_dir);
  return fs::path(destination.output_dir) / destination.name;
}

// Nothing that a start would go on with: another look will show the same.
bool is_settled(const Manifest &manifest) {
  const ManifestCounts counts = count(manifest.runs);
  return manifest.state == "complete" ||
         (manifest.state == "failed" && counts.pending + counts.running == 0);
}

class Watch {
public:
  Watch(std::string where, std::optional<std::string> output_dir, bool json)
      : where_(std::move(where)), output_dir_(std::move(output_dir)), json_(json),
        folder_(folder_of(where_, output_dir_)), is_file_(folder_ != where_), signals_(true) {
    if (!json && can_draw_on(STDOUT_FILENO)) screen_.emplace();
  }

  int run() {
    while (true) {
      const double begin_s = real_clock().monotonic_s();
      look();
      show();
      if (is_over()) return end();
      const double took_s = real_clock().monotonic_s() - begin_s;
      const double pause_s = screen_ ? k_look_on_terminal_s : k_look_elsewhere_s;
      if (const int number = wait(begin_s + std::max(pause_s, 20 * took_s))) return 128 + number;
      if (std::ferror(stdout) != 0) return k_exit_done; // nobody reads any more: main finds out
    }
  }

private:
  void look();
  bool is_there() const;
  bool is_over() const;
  std::string note() const;
  void show();
  void draw();
  void print();
  int wait(double until_s);
  int end();

  std::string where_;
  std::optional<std::string> output_dir_;
  bool json_;
  fs::path folder_;
  bool is_file_;         // WHERE is the experiment's file
  SignalSource signals_; // before the screen: it ends after that is left
  std::optional<TerminalScreen> screen_;

  std::optional<RunStatus> status_; // none: it has never been run
  bool live_ = false;               // before `status_` was read
  bool has_run_ = false;            // while we looked
  double looked_s_ = 0;
  std::string origin_; // the file asks for other runs than the manifest was made for
  std::string printed_;
};

void Watch::look() {
  live_ = ExperimentLock::is_held(folder_);
  if (!is_there() && (live_ || is_file_)) return; // just being started, or not yet
  const double before_s = status_ ? status_->left_s.value_or(-1) : -1;
  const double now_s = real_clock().monotonic_s();
  const ExperimentFolder place = find_experiment_folder(real_disk(), where_, output_dir_);
  Manifest manifest = read_manifest(real_disk(), place);
  if (!status_ || manifest.created != status_->manifest.created)
    origin_ = origin_notice(real_disk(), place, manifest);
  status_ = read_status(real_disk(), place, std::move(manifest));
  // Between two runs nobody says; what was said goes on.
  if (!status_->left_s && before_s >= 0 && status_->manifest.state == "running")
    status_->left_s = std::max(before_s - (now_s - looked_s_), 0.0);
  looked_s_ = now_s;
  has_run_ = has_run_ || status_->manifest.state == "running";
}

// What a start leaves; a lost manifest is for find_place and read_manifest to speak of.
bool Watch::is_there() const {
  return real_disk().exists(folder_ / "manifest.json") ||
         (!live_ && real_disk().exists(folder_ / "journal.jsonl"));
}

bool Watch::is_over() const {
  if (!status_ || live_ || status_->manifest.state == "running") return false;
  return has_run_ || is_settled(status_->manifest);
}

// What is waited for, where no run shows it.
std::string Watch::note() const {
  if (!status_) {
    return live_ ? fmt::format("{} is being started", where_)
                 : fmt::format("waiting for the start, {} has not been run yet", where_);
  }
  const ManifestCounts counts = count(status_->manifest.runs);
  if (status_->manifest.state == "running")
    return counts.pending + counts.running == 0 ? "what was trained is being evaluated" : origin_;
  if (!live_ && !is_over()) {
    return fmt::format("waiting for the next start, {}",
                       origin_.empty() ? "nothing runs now" : origin_);
  }
  if (!live_) return "";
  return has_run_ ? "figures and report are being made" : "it is being started";
}

void Watch::show() {
  if (screen_) {
    draw();
  } else {
    print();
  }
}

void Watch::draw() {
  const TerminalSize size = terminal_size(STDOUT_FILENO);
  if (status_) {
    screen_->draw(status_screen(*status_, note(), size.columns, size.lines));
  } else {
    screen_->draw(folded(note(), size.columns));
  }
}

// What has not changed is not said again.
void Watch::print() {
  std::string text;
  if (status_) text = json_ ? status_json(*status_, false) : status_text(*status_, true);
  const std::string what = note();
  const std::string all = text + what;
  if (all == printed_) return;
  if (json_ && !what.empty()) say("{}\n", what);
  if (!json_ && !printed_.empty()) text = "\n" + text;
  if (!json_ && !what.empty()) text += what + "\n";
  if (json_)
    std::fputs(text.c_str(), stdout);
  else
    tell_text(text);
  std::fflush(stdout);
  printed_ = all;
}

// 0 when the time has come, or the signal that ends it.
int Watch::wait(double until_s) {
  for (double left_s; (left_s = until_s - real_clock().monotonic_s()) > 0;) {
    pollfd entry{signals_.fd(), POLLIN, 0};
    ::poll(&entry, 1, static_cast<int>(std::ceil(left_s * 1000)));
    for (const int number : signals_.take()) {
      if (number == SIGINT || number == SIGTERM || number == SIGHUP) return number;
      if (number == SIGTSTP) { // Ctrl-Z
        if (screen_) screen_->leave();
        ::raise(SIGSTOP);
        if (screen_) screen_->enter();
      }
      if (screen_ && number != SIGCHLD) draw();
    }
  }
  return 0;
}

// What was seen last stays on the terminal.
int Watch::end() {
  if (screen_) {
    screen_.reset();
    std::istringstream text(status_text(*status_, true));
    for (std::string line; std::getline(text, line);) {
      for (const std::string &part : folded(line, terminal_size(STDOUT_FILENO).columns))
        fmt::print("{}\n", part);
    }
  }
  if (!origin_.empty()) say("{}\n", origin_);
  return k_exit_done;
}

} // namespace

int watch_status(const std::string &where, const std::optional<std::string> &output_dir,
                 bool json) {
  return Watch(where, output_dir, json).run();
}

} // namespace pursuit
