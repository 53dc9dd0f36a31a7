// One gnuplot process. Only for gnuplot.cpp.
#pragma once

#include <csignal>
#include <filesystem>
#include <string>

namespace pursuit {

struct GnuplotEnd {
  int code = 0;          // exit code, or 128 + signal
  bool too_slow = false; // it was killed at the end of its time
  bool stopped =
      false; // it was killed for a signal to this process, which is delivered when StopsWait ends
};

// Stop signals wait while one lives, so that neither gnuplot nor its files stay behind.
class StopsWait {
public:
  StopsWait();
  ~StopsWait();
  StopsWait(const StopsWait &) = delete;
  StopsWait &operator=(const StopsWait &) = delete;

private:
  sigset_t before_;
  struct sigaction child_before_;
};

// The exit code of a program that the dynamic linker cannot start, for want of a library or of a name in it.
inline constexpr int k_not_linked = 127;

// Runs gnuplot in `folder` on the file `script` there; what it says goes to the file `said`. A StopsWait must live.
// `with_libraries`: it gets LD_LIBRARY_PATH as it is here. Throws RunError where there is no gnuplot.
GnuplotEnd run_gnuplot(const std::filesystem::path &folder, double limit_s, bool with_libraries);

} // namespace pursuit
