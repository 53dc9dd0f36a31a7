// A scratch folder with a small experiment, and what its commands are to say.
#pragma once

#include <string>

#include <gtest/gtest.h>

#include "support/outside.hpp"

namespace pursuit {

class Verbs : public ::testing::Test {
protected:
  Verbs() { write_file(scratch / "small.yaml", small_experiment()); }

  Ended call(const std::string &command) { return shell(scratch.path(), command); }

  void expect_output(const std::string &command, const std::string &part) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, 0) << command << "\n" << ended.err;
    EXPECT_NE(ended.out.find(part), std::string::npos) << command << "\n" << ended.out;
  }

  void expect_refused(const std::string &command, const std::string &part) {
    const Ended ended = call(command);
    EXPECT_EQ(ended.exit_code, 2) << command << "\n" << ended.err;
    EXPECT_NE(ended.err.find(part), std::string::npos) << command << "\n" << ended.err;
    EXPECT_EQ(ended.out, "");
  }

  // Feeds the output of a command to a Python text that has it as `out`.
  void expect_python(const std::string &command, const std::string &text) {
    const Ended ended = call(command + " > out.txt && " + python() +
                             " - <<'END'\nout = open('out.txt').read()\n" + text + "\nEND");
    EXPECT_EQ(ended.exit_code, 0) << command << "\n" << ended.err;
  }

  Scratch scratch;
};

} // namespace pursuit
