#include "report/gnuplot.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/disk.hpp"
#include "base/errors.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

// Signals that end the program wait while one lives, for gnuplot and us: neither it nor its files stay behind.
class SignalsWait {
public:
  SignalsWait() {
    sigset_t ending;
    ::sigemptyset(&ending);
    for (int number : {SIGINT, SIGTERM, SIGHUP}) ::sigaddset(&ending, number);
    ::pthread_sigmask(SIG_BLOCK, &ending, &before_);
  }
  ~SignalsWait() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsWait(const SignalsWait &) = delete;
  SignalsWait &operator=(const SignalsWait &) = delete;

private:
  sigset_t before_;
};

// A new folder that is gone at the end.
class ScratchFolder {
public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "pursuit-figure-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr)
      throw RunError(fmt::format("no scratch folder {}: {}", name, std::strerror(errno)));
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder &) = delete;
  ScratchFolder &operator=(const ScratchFolder &) = delete;

  const fs::path &path() const { return path_; }

private:
  fs::path path_;
};

// Runs gnuplot in `folder` on the script there; what it says goes to `said`. Its exit code.
int run_gnuplot(const fs::path &folder) {
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  const std::string said = (folder / "said").string();
  ::posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_addopen(&actions, 1, said.c_str(), O_WRONLY | O_CREAT, 0600);
  ::posix_spawn_file_actions_adddup2(&actions, 1, 2);
  ::posix_spawn_file_actions_addchdir_np(&actions, folder.c_str());
  std::array<char *, 4> command = {const_cast<char *>("gnuplot"),
                                   const_cast<char *>("--default-settings"),
                                   const_cast<char *>("script"), nullptr};
  pid_t pid = 0;
  const int failure = ::posix_spawnp(&pid, "gnuplot", &actions, nullptr, command.data(), environ);
  ::posix_spawn_file_actions_destroy(&actions);
  if (failure != 0)
    throw RunError(
        fmt::format("gnuplot cannot be started ({}); install the Debian package gnuplot-nox",
                    std::strerror(failure)));
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string picture(const fs::path &folder, const char *name) {
  std::optional<std::string> bytes = real_disk().read(folder / name);
  if (!bytes || bytes->empty()) throw RunError(fmt::format("gnuplot wrote no {}", name));
  return std::move(*bytes);
}

// The date of the creation, in place, so that no offset in the file moves.
std::string undated(std::string pdf) {
  const std::string key = "/CreationDate (D:";
  const std::size_t at = pdf.find(key);
  if (at == std::string::npos) return pdf;
  for (std::size_t i = at + key.size(); i < pdf.size() && pdf[i] != ')'; ++i) {
    if (pdf[i] >= '0' && pdf[i] <= '9') pdf[i] = '0';
  }
  pdf.replace(at + key.size(), 8, "20000101"); // a date that exists
  return pdf;
}

} // namespace

Pictures draw(const Drawing &drawing) {
  const SignalsWait signals; // ends after the folder
  const ScratchFolder scratch;
  real_disk().append(scratch.path() / "script", gnuplot_script(drawing), false);
  const int code = run_gnuplot(scratch.path());
  if (code != 0) {
    const std::string said = real_disk().read(scratch.path() / "said").value_or("");
    throw RunError(fmt::format("gnuplot failed with exit code {} on {}: {}", code, drawing.name,
                               said.substr(0, 400)));
  }
  return {picture(scratch.path(), "picture.svg"), picture(scratch.path(), "picture.png"),
          undated(picture(scratch.path(), "picture.pdf"))};
}

} // namespace pursuit
