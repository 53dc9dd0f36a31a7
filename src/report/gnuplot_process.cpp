#include "report/gnuplot_process.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/argv.hpp"
#include "base/clock.hpp"
#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr std::array k_stops = {SIGINT, SIGTERM, SIGHUP};

// As a shell would find it. A part of PATH may be relative: gnuplot is started in another folder.
std::string find_gnuplot() {
  const char *path = std::getenv("PATH");
  const std::string_view folders = path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path;
  for (std::size_t begin = 0; begin <= folders.size();) {
    const std::size_t end = std::min(folders.find(':', begin), folders.size());
    const fs::path program = fs::path(folders.substr(begin, end - begin)) / "gnuplot";
    std::error_code error;
    if (fs::is_regular_file(program, error) && ::access(program.c_str(), X_OK) == 0)
      return fs::absolute(program, error).string();
    begin = end + 1;
  }
  throw RunError("there is no gnuplot in PATH; install the Debian package gnuplot-nox");
}

// Of this process's environment gnuplot gets what says where programs, libraries and fonts are. All else could change or
// stop what is drawn: GNUTERM a terminal that is not there, LC_ALL a decimal comma, TZ the length of the PDF's date.
std::vector<std::string> gnuplot_environment(const fs::path &folder, bool with_libraries) {
  std::vector<std::string> entries = {"LC_ALL=C.UTF-8", "TZ=UTC", "TMPDIR=" + folder.string()};
  for (const char *name :
       {"PATH", "HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "FONTCONFIG_FILE",
        "FONTCONFIG_PATH", "FONTCONFIG_SYSROOT", "LD_LIBRARY_PATH"}) {
    const char *value = std::getenv(name);
    if (value == nullptr || (!with_libraries && name == std::string_view("LD_LIBRARY_PATH")))
      continue;
    entries.push_back(fmt::format("{}={}", name, value));
  }
  return entries;
}

// The child's side: async-signal-safe calls only, everything was made ready before the fork.
struct Launch {
  const char *program, *folder;
  char *const *words;
  char *const *environment;
  pid_t parent;
};

[[noreturn]] void become_gnuplot(const Launch &launch) {
  ::setpgid(0, 0); // the terminal's Ctrl-C is for us, who end it
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != launch.parent) ::_exit(127); // it died before the line above
  for (int number = 1; number < 32; ++number) ::signal(number, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const bool there = ::chdir(launch.folder) == 0;
  const int nothing = ::open("/dev/null", O_RDONLY);
  const int said = ::open("said", O_WRONLY | O_CREAT | O_TRUNC, 0600);
  ::dup2(nothing, STDIN_FILENO);
  ::dup2(said, STDOUT_FILENO);
  ::dup2(said, STDERR_FILENO);
  if (there && said >= 0) ::execve(launch.program, launch.words, launch.environment);
  const char *reason = ::strerrordesc_np(errno);
  for (const char *part : {"cannot execute ", launch.program, ": ", reason, "\n"}) {
    if (part != nullptr && ::write(STDERR_FILENO, part, std::strlen(part)) < 0) break;
  }
  ::_exit(127);
}

// One that is ignored (nohup) stops nothing.
bool is_ignored(int number) {
  struct sigaction now {};
  return ::sigaction(number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

bool stop_is_pending() {
  sigset_t pending;
  ::sigpending(&pending);
  return std::any_of(k_stops.begin(), k_stops.end(), [&](int number) {
    return ::sigismember(&pending, number) == 1 && !is_ignored(number);
  });
}

// Until the child has ended or a tenth of a second is over, which is how soon a stop is noticed.
void wait_a_little() {
  sigset_t child;
  ::sigemptyset(&child);
  ::sigaddset(&child, SIGCHLD);
  const timespec tenth{0, 100'000'000};
  ::sigtimedwait(&child, nullptr, &tenth);
}

int code_of(int status) { return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status); }

GnuplotEnd wait_for(pid_t pid, double limit_s) {
  const double deadline_s = real_clock().monotonic_s() + limit_s;
  GnuplotEnd end;
  int status = 0;
  while (true) {
    const pid_t ended = ::waitpid(pid, &status, WNOHANG);
    if (ended == pid) break;
    if (ended < 0 && errno != EINTR) throw RunError("gnuplot was lost");
    end.stopped = stop_is_pending();
    end.too_slow = !end.stopped && real_clock().monotonic_s() > deadline_s;
    if (end.stopped || end.too_slow) {
      ::kill(-pid, SIGKILL);
      ::kill(pid, SIGKILL); // should it not lead a group yet
      while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
      }
      break;
    }
    wait_a_little();
  }
  end.code = code_of(status);
  return end;
}

} // namespace

StopsWait::StopsWait() {
  struct sigaction usual {};
  usual.sa_handler = SIG_DFL; // ignored, children would be reaped behind our back
  ::sigemptyset(&usual.sa_mask);
  ::sigaction(SIGCHLD, &usual, &child_before_);
  sigset_t waiting;
  ::sigemptyset(&waiting);
  for (const int number : k_stops) ::sigaddset(&waiting, number);
  ::sigaddset(&waiting, SIGCHLD);
  ::pthread_sigmask(SIG_BLOCK, &waiting, &before_);
}

StopsWait::~StopsWait() {
  ::sigaction(SIGCHLD, &child_before_, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

GnuplotEnd run_gnuplot(const fs::path &folder, double limit_s, bool with_libraries) {
  const std::string program = find_gnuplot();
  std::vector<std::string> words = {program, "--default-settings", "script"};
  std::vector<std::string> environment = gnuplot_environment(folder, with_libraries);
  const std::vector<char *> word_list = pointers(words);
  const std::vector<char *> environment_list = pointers(environment);
  const Launch launch{program.c_str(), folder.c_str(), word_list.data(), environment_list.data(),
                      ::getpid()};
  const pid_t pid = ::fork();
  if (pid < 0) throw RunError(fmt::format("gnuplot cannot be started: {}", std::strerror(errno)));
  if (pid == 0) become_gnuplot(launch);
  ::setpgid(pid, pid); // both sides, so that neither can be too late
  return wait_for(pid, limit_s);
}

} // namespace pursuit
