#include "experiment/read_experiment.hpp"

namespace pursuit {
std::string experiment_schema() { return "{}"; }
} // namespace pursuit
