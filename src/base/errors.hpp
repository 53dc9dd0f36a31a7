// The three kinds of failure, and nothing else is thrown on purpose:
//   ConfigError    the user's input is wrong: every complaint at once, exit 2, nothing was started
//   RunError       one run cannot go on: becomes a value in the schedule, never travels through it (PermissionError: one
//                  of the reasons, which is to be said as that)
//   InternalError  a bug in the program: exit 3
#pragma once

#include <stdexcept>
#include <string>
#include <vector>

namespace pursuit {

// A place in a file, or in an option (file = "--set stages.x.n_trials", line 0). Lines and columns
// count from 1.
struct Where {
  std::string file;
  int line = 0;
  int column = 0;
};

// "file:line:column", as much of it as is known.
std::string to_text(const Where &where);

// What is wrong, where, and what to do next (may be empty), e.g. `did you mean "n_trials"?`.
struct Complaint {
  Where where;
  std::string what;
  std::string next;
};

// One line: "file:line:column: what; next".
std::string to_text(const Complaint &complaint);

class ConfigError : public std::runtime_error {
public:
  explicit ConfigError(std::vector<Complaint> complaints);
  // For faults with no place in a file: a missing folder, a wrong flag.
  explicit ConfigError(const std::string &what, const std::string &next = "");
  const std::vector<Complaint> &complaints() const { return complaints_; }

private:
  std::vector<Complaint> complaints_;
};

class RunError : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

// A file or folder that is there and that this user may not read or write: never said to be missing or damaged, and
// nothing is made anew in its place.
class PermissionError : public RunError {
public:
  using RunError::RunError;
};

class InternalError : public std::logic_error {
public:
  using std::logic_error::logic_error;
};

} // namespace pursuit
