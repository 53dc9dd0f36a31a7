#include "sweep/train_program.hpp"

#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/format.h>

#include "base/argv.hpp"
#include "base/errors.hpp"
#include "base/own_program.hpp"

extern char **environ;

namespace pursuit {

namespace fs = std::filesystem;

fs::path train_program() {
  const fs::path program = own_program().parent_path() / "pursuit-train";
  if (!fs::exists(program)) {
    throw RunError(fmt::format("{} is missing: it belongs beside pursuit-run", program.string()));
  }
  return program;
}

namespace {

std::string read_to_end(int fd) {
  std::string text;
  std::array<char, 4096> buffer{};
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
  }
}

} // namespace

Answer ask(const std::vector<std::string> &command,
           const std::vector<std::pair<std::string, std::string>> &environment, Stderr its_stderr,
           std::string_view not_passed_on) {
  std::vector<std::string> words = command;
  std::vector<std::string> variables;
  for (const std::pair<std::string, std::string> &entry : environment) {
    variables.push_back(entry.first + "=" + entry.second);
  }
  for (char **entry = environ; *entry != nullptr; ++entry) {
    if (not_passed_on.empty() || !std::string_view(*entry).starts_with(not_passed_on))
      variables.emplace_back(*entry);
  }

  std::array<int, 2> pipe_ends{};
  if (::pipe2(pipe_ends.data(), O_CLOEXEC) != 0) {
    throw RunError(fmt::format("cannot start {}: {}", command[0], std::strerror(errno)));
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, pipe_ends[1], STDOUT_FILENO);
  if (its_stderr == Stderr::dropped)
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  if (its_stderr == Stderr::with_stdout)
    posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  pid_t child = 0;
  const int fault = ::posix_spawnp(&child, words[0].c_str(), &actions, nullptr,
                                   pointers(words).data(), pointers(variables).data());
  posix_spawn_file_actions_destroy(&actions);
  ::close(pipe_ends[1]);
  if (fault != 0) {
    ::close(pipe_ends[0]);
    throw RunError(fmt::format("cannot start {}: {}", command[0], std::strerror(fault)));
  }
  Answer answer;
  answer.out = read_to_end(pipe_ends[0]);
  ::close(pipe_ends[0]);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  answer.exit_code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return answer;
}

} // namespace pursuit
