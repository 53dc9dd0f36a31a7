// replay: repeats updates with all noise given. The arithmetic is pursuit-train's.
#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "base/errors.hpp"
#include "base/input_file.hpp"
#include "cli/verbs.hpp"
#include "sweep/train_program.hpp"

namespace pursuit {

int verb_replay(const Arguments &arguments) {
  CLI::App app{"Repeats updates of a network with all noise given, so that engines and other "
               "programs can be compared",
               "pursuit-run replay"};
  std::string case_file;
  std::string out;
  std::string engine = "auto";
  std::string device = "cpu";
  app.add_option("case", case_file, "Case (pursuit-replay/1)")->required()->type_name("CASE.mat");
  app.add_option("-o,--output", out, "Where the result goes")->required()->type_name("OUT.mat");
  app.add_option("--engine", engine, "auto|torch|reference|reference-double")->type_name("NAME");
  app.add_option("--device", device, "cpu|cuda:K")->type_name("DEVICE");
  if (!parse(app, arguments)) return k_exit_done;
  check_output_file(out);
  const Answer answer = ask({train_program().string(), "--replay", case_file, "--output", out,
                             "--engine", engine, "--device", device},
                            {}, Stderr::passed_on);
  if (answer.exit_code > 128) {
    throw RunError(fmt::format("pursuit-train was killed by signal {}", answer.exit_code - 128));
  }
  return answer.exit_code;
}

} // namespace pursuit
