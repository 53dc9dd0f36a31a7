// One name for a file or folder, however it is given. Nothing here throws: what cannot be looked at is
// taken as it is written.
#pragma once

#include <filesystem>

namespace pursuit {

// Absolute, without links, `.`, `..` and a slash at its end. Below the last folder that is there, as written.
std::filesystem::path canonical_path(const std::filesystem::path &path);

// The same, relative to the current folder (`.`: the folder itself) where the path was given so and lies in it: as
// messages name it.
std::filesystem::path canonical_as_given(const std::filesystem::path &path);

// `whole`, a canonical path, in the form in which `given` was: relative or absolute.
std::filesystem::path as_given(const std::filesystem::path &whole,
                               const std::filesystem::path &given);

// Where the name itself lies, a link not followed: its folder canonical, its last part as it is.
std::filesystem::path canonical_name(const std::filesystem::path &path);

// Without the `.` and `..` that can be taken away without naming another file: `a/../b` is not `b` where `a`
// is a link.
std::filesystem::path tidy_path(const std::filesystem::path &path);

} // namespace pursuit
