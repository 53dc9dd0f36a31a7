#include "sweep/git_state.hpp"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/errors.hpp"
#include "sweep/train_program.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

using Words = std::vector<std::string>;

std::string without_newline(std::string text) {
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

// Questions to git about the repository around one folder.
class Git {
public:
  explicit Git(const fs::path &folder) : folder_(folder.string()) {}

  // Of a repository that belongs to somebody else git answers only if told that this is safe. It is made so: programs that
  // status would run by that repository's word (a file-system monitor, clean filters) are taken from it.
  void trust_owner() {
    options_ = {"-c", "safe.directory=*"};
    const Answer filters =
        ask_git({"config", "--show-scope", "--name-only", "--get-regexp", "^filter\\."});
    std::string_view rest = filters.out;
    while (!rest.empty()) {
      const std::string_view line = rest.substr(0, rest.find('\n'));
      rest.remove_prefix(std::min(line.size() + 1, rest.size()));
      const std::size_t tab = line.find('\t');
      if (tab == std::string_view::npos) continue;
      const std::string_view scope = line.substr(0, tab);
      if (scope != "local" && scope != "worktree") continue;
      const std::string_view name = line.substr(tab + 1);
      options_.emplace_back("-c");
      options_.push_back(fmt::format("{}={}", name, name.ends_with(".required") ? "false" : ""));
    }
    status_.emplace_back("--ignore-submodules=dirty"); // else their configuration counts as well
  }
  void move_to(const fs::path &folder) { folder_ = folder.string(); }

  // Throws RunError where there is no git.
  Answer ask_git(const Words &question, Stderr said = Stderr::dropped) const {
    Words command = {"git", "--no-optional-locks", "-c", "core.fsmonitor=false"};
    command.insert(command.end(), options_.begin(), options_.end());
    command.insert(command.end(), {"-C", folder_});
    command.insert(command.end(), question.begin(), question.end());
    // No transport: objects that a partial clone lacks are not fetched.
    std::vector<std::pair<std::string, std::string>> variables = {{"GIT_ALLOW_PROTOCOL", "none"}};
    // These two say how far up to look, for sites where looking takes long.
    for (const char *name : {"GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM"}) {
      if (const char *value = std::getenv(name)) variables.emplace_back(name, value);
    }
    return ask(command, variables, said, "GIT_");
  }
  // Why a question has no answer, in git's own words where it refuses the repository.
  std::string why_not(const Words &question) const {
    if (line({"rev-parse", "--git-dir"})) return "its repository has no commit yet";
    const std::string said = ask_git(question, Stderr::with_stdout).out;
    return "git says " + said.substr(0, said.find('\n'));
  }
  Answer status(Stderr said = Stderr::dropped) const { return ask_git(status_, said); }

  // The answer without its newline; nothing where git has none.
  std::optional<std::string> line(const Words &question) const {
    const Answer answer = ask_git(question);
    if (answer.exit_code != 0) return std::nullopt;
    return without_newline(answer.out);
  }

private:
  std::string folder_;
  Words options_;
  Words status_ = {"status", "--porcelain", "--untracked-files=no"};
};

// Whether the commit has the file as it is; nothing where git cannot tell. `git` asks in `top`.
std::optional<bool> is_in_commit(const Git &git, const fs::path &top, const fs::path &file) {
  std::error_code error;
  const fs::path real = fs::canonical(file, error);
  if (error) return std::nullopt;
  const std::string inside = real.lexically_relative(top).string();
  if (inside.empty() || inside == ".." || inside.starts_with("../")) return false;
  const std::optional<std::string> there =
      git.line({"rev-parse", "--verify", "--quiet", "HEAD:" + inside});
  if (!there) return false;
  const std::optional<std::string> here =
      git.line({"hash-object", "--", inside}); // as git would add it
  if (!here) return std::nullopt;
  return *here == *there;
}

std::optional<bool> read_dirty(Git &git, const Experiment &experiment) {
  const Answer changes = git.status();
  const std::optional<std::string> top = git.line({"rev-parse", "--show-toplevel"});
  if (changes.exit_code != 0 || !top) return std::nullopt;
  git.move_to(*top);
  if (!changes.out.empty()) return true;
  std::vector<std::string> files = experiment.included;
  files.push_back(experiment.file);
  bool unknown = false;
  for (const std::string &file : files) {
    const std::optional<bool> in_commit = is_in_commit(git, *top, file);
    if (in_commit == false) return true;
    unknown = unknown || !in_commit;
  }
  return unknown ? std::nullopt : std::optional<bool>(false);
}

// Whether a folder or one above it has a .git.
bool is_in_repository(const fs::path &folder) {
  std::error_code ignored;
  for (fs::path at = folder; at.has_relative_path(); at = at.parent_path()) {
    if (fs::exists(fs::symlink_status(at / ".git", ignored))) return true;
  }
  return false;
}

// A repository whose objects are gone has a commit all the same.
std::string notice_of_dirty(const std::string &file, const Answer &status) {
  return fmt::format("whether {} is as committed is not recorded: git {}", file,
                     status.exit_code == 0 ? "cannot tell"
                                           : "says " + status.out.substr(0, status.out.find('\n')));
}

std::string notice_of(const std::string &file, const std::string &why) {
  return fmt::format("the commit of {} is not recorded: {}", file, why);
}

} // namespace

GitState read_git_state(const Experiment &experiment) {
  GitState state;
  std::error_code ignored;
  fs::path folder = fs::canonical(experiment.file, ignored).parent_path();
  if (folder.empty()) folder = fs::absolute(experiment.file).parent_path();
  try {
    Git git(folder);
    const Words question = {"rev-parse", "--verify", "HEAD"};
    std::optional<std::string> commit = git.line(question);
    if (!commit) {
      git.trust_owner();
      commit = git.line(question);
    }
    if (commit) {
      state.commit = *commit;
      state.dirty = read_dirty(git, experiment);
      if (!state.dirty)
        state.notice = notice_of_dirty(experiment.file, git.status(Stderr::with_stdout));
    } else if (is_in_repository(folder)) {
      state.notice = notice_of(experiment.file, git.why_not(question));
    }
  } catch (const RunError &error) { // there is no git
    if (is_in_repository(folder)) state.notice = notice_of(experiment.file, error.what());
  }
  return state;
}

} // namespace pursuit
