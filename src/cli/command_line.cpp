#include "cli/command_line.hpp"

#include <csignal>
#include <cstdio>
#include <new>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/say.hpp"
#include "base/suggest.hpp"

namespace pursuit {

namespace {

std::vector<std::string> option_names(const CLI::App &app) {
  std::vector<std::string> names;
  for (const CLI::Option *option : app.get_options()) {
    for (const std::string &name : option->get_lnames()) names.push_back("--" + name);
    for (const std::string &name : option->get_snames()) names.push_back("-" + name);
  }
  return names;
}

Complaint unknown_argument(const CLI::App &app, const std::string &argument) {
  const std::string name = argument.substr(0, argument.find('='));
  const bool is_option = name.size() > 1 && name[0] == '-';
  std::string next = is_option ? did_you_mean(name, option_names(app)) : "";
  if (next.empty()) next = fmt::format("see {} --help", app.get_name());
  return {Where{},
          fmt::format("{} \"{}\"", is_option ? "unknown option" : "unexpected argument", name),
          next};
}

// "WHERE is missing: experiment file or folder; write pursuit-run status WHERE". Nothing if an option is what lacks.
std::vector<Complaint> missing_arguments(const CLI::App &app) {
  std::vector<Complaint> missing;
  std::string usage = app.get_name();
  for (const CLI::Option *option : app.get_options()) {
    if (!option->get_positional() || !option->get_required()) continue;
    usage += ' ' + option->get_type_name();
    if (option->count() > 0) continue;
    missing.push_back(
        {Where{},
         fmt::format("{} is missing ({})", option->get_type_name(), option->get_description()),
         ""});
  }
  if (!missing.empty())
    missing.back().next = fmt::format("write {}; see {} --help", usage, app.get_name());
  return missing;
}

// An option without its value, or given twice. CLI11's words begin with its name.
ConfigError wrong_count(const CLI::App &app, const CLI::ParseError &error) {
  const std::string what = error.what();
  const std::string name = what.substr(0, what.find(':'));
  const CLI::Option *option = app.get_option_no_throw(name);
  const std::string help = fmt::format("see {} --help", app.get_name());
  if (option == nullptr) return ConfigError(what, help);
  if (option->count() < 2) return ConfigError(fmt::format("{} needs a value", name), help);
  return ConfigError(fmt::format("{} is given {} times", name, option->count()), "give it once");
}

std::vector<Complaint> unknown_arguments(const CLI::App &app) {
  std::vector<Complaint> complaints;
  for (const std::string &argument : app.remaining()) {
    if (argument == "--") continue; // what follows it are no options
    complaints.push_back(unknown_argument(app, argument));
  }
  return complaints;
}

} // namespace

bool parse(CLI::App &app, const Arguments &arguments) {
  app.set_help_flag("-h,--help", "Print this help and leave");
  app.get_formatter()->column_width(34);
  std::vector<std::string> reversed(arguments.rbegin(), arguments.rend()); // as CLI11 wants them
  try {
    app.allow_extras();
    app.parse(reversed);
  } catch (const CLI::CallForHelp &) {
    std::fputs(app.help().c_str(), stdout);
    return false;
  } catch (const CLI::RequiredError &error) {
    std::vector<Complaint> complaints = unknown_arguments(app);
    const std::vector<Complaint> missing = missing_arguments(app);
    complaints.insert(complaints.end(), missing.begin(), missing.end());
    if (!complaints.empty()) throw ConfigError(complaints);
    throw ConfigError(error.what(), fmt::format("see {} --help", app.get_name()));
  } catch (const CLI::ArgumentMismatch &error) {
    throw wrong_count(app, error);
  } catch (const CLI::ParseError &error) {
    throw ConfigError(error.what(), fmt::format("see {} --help", app.get_name()));
  }
  const std::vector<Complaint> complaints = unknown_arguments(app);
  if (!complaints.empty()) throw ConfigError(complaints);
  return true;
}

void keep_standard_streams() {
  for (int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free descriptor is taken: this one.
    if (::fcntl(fd, F_GETFD) < 0) (void)!::open("/dev/null", O_RDWR);
  }
  std::signal(SIGXFSZ,
              SIG_IGN); // a file beyond the limit of ulimit -f: an error of write, with a message
}

int guarded(const std::string &program, const std::function<int()> &body) {
  try {
    const int code = body();
    // A failure or a signal keeps its own code, also where the terminal is gone.
    if (code == k_exit_done && (std::fflush(stdout) != 0 || std::ferror(stdout) != 0)) {
      throw RunError("cannot write to the standard output");
    }
    return code;
  } catch (const ConfigError &error) {
    for (const Complaint &complaint : error.complaints()) {
      say("{}: {}\n", program, to_text(complaint));
    }
    return k_exit_wrong_input;
  } catch (const PermissionError &error) {
    say("{}: {}; ask its owner for access\n", program, error.what());
    return k_exit_failed;
  } catch (const RunError &error) {
    say("{}: {}\n", program, error.what());
    return k_exit_failed;
  } catch (const std::system_error &error) { // of the operating system: a full disk behind stdout
    say("{}: {}\n", program, error.what());
    return k_exit_failed;
  } catch (const std::bad_alloc &) {
    say("{}: out of memory\n", program);
    return k_exit_failed;
  } catch (const std::exception &error) {
    say("{}: this is a bug in the program, please report it: {}\n", program, error.what());
    return k_exit_bug;
  }
}

} // namespace pursuit
