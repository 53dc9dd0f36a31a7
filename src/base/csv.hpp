// Comma-separated values, RFC 4180 but for the line ends, which are \n.
#pragma once

#include <string>
#include <vector>

namespace pursuit {

// One line with its end; cells with a comma, a quote or a line end are quoted.
std::string csv_line(const std::vector<std::string> &cells);

} // namespace pursuit
