#include "store/finding_list.hpp"

#include <fmt/format.h>

#include "base/sha256.hpp"

namespace pursuit {

namespace fs = std::filesystem;

void FindingList::add(Finding::Kind kind, const fs::path &path, std::string what,
                      std::string next) {
  const fs::path relative = path.lexically_relative(output_dir_);
  const bool inside = !relative.empty() && *relative.begin() != "..";
  result_.findings.push_back(
      {kind, inside ? relative.string() : path.string(), std::move(what), std::move(next)});
}

void FindingList::add_fault(const RunError &error, const fs::path &path, const std::string &next) {
  const bool denied = dynamic_cast<const PermissionError *>(&error) != nullptr;
  add(denied ? Finding::Kind::unreadable : Finding::Kind::damaged, path, error.what(),
      denied ? "ask its owner for access" : next);
}

std::optional<std::string> FindingList::read(const fs::path &path, const std::string &next) {
  std::optional<std::string> bytes;
  look_at(path, next, [&] {
    bytes = disk_.read(path);
    if (!bytes) add(Finding::Kind::missing, path, "it is not there", next);
  });
  if (!bytes) return std::nullopt;
  ++result_.files;
  result_.bytes += bytes->size();
  return bytes;
}

std::optional<std::string> FindingList::intact(const RecordedFile &file, const std::string &next) {
  const fs::path path = located(output_dir_, file.path);
  std::optional<std::string> bytes;
  look_at(path, next, [&] {
    const std::optional<std::uint64_t> size = disk_.size(path);
    if (size && file.bytes && *size != *file.bytes)
      return add(Finding::Kind::damaged, path,
                 fmt::format("it has {} bytes, not {}", *size, *file.bytes), next);
    bytes = read(path, next);
    const std::string sha256 = bytes ? sha256_hex(*bytes) : file.sha256;
    if (sha256 == file.sha256) return;
    add(Finding::Kind::damaged, path, fmt::format("its SHA-256 is {}, not {}", sha256, file.sha256),
        next);
    bytes.reset();
  });
  return bytes;
}

std::string_view to_text(Finding::Kind kind) {
  switch (kind) {
  case Finding::Kind::damaged:
    return "damaged";
  case Finding::Kind::missing:
    return "missing";
  case Finding::Kind::unreadable:
    return "unreadable";
  case Finding::Kind::foreign:
    return "foreign";
  case Finding::Kind::note:
    return "note";
  }
  throw InternalError("a kind of finding without a name");
}

bool is_fault(const Finding &finding) {
  return finding.kind == Finding::Kind::damaged || finding.kind == Finding::Kind::missing ||
         finding.kind == Finding::Kind::unreadable;
}

} // namespace pursuit
