#include "worker/fault.hpp"

#include <algorithm>
#include <cctype>
#include <new>

#include "base/errors.hpp"

namespace pursuit {

bool speaks_of_memory(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return text.find("out of memory") != std::string::npos ||
         text.find("not enough memory") != std::string::npos;
}

std::optional<Fault> fault_of(const std::function<void()> &action) {
  try {
    action();
    return std::nullopt;
  } catch (const std::bad_alloc &) {
    return Fault{"out of memory", true};
  } catch (const RunError &error) {
    return Fault{error.what(), speaks_of_memory(error.what())};
  } catch (const ConfigError &error) {
    return Fault{error.what(), false};
  }
}

} // namespace pursuit
