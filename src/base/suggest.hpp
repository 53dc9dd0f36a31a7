// "did you mean": the candidate nearest to a mistyped word (Damerau-Levenshtein distance).
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace pursuit {

// `did you mean "threshold"?`, or "" when nothing is near (more edits than a third of the word, or
// 3).
std::string did_you_mean(std::string_view word, std::span<const std::string> candidates);

} // namespace pursuit
