#include "experiment/load_tree.hpp"

#include <algorithm>
#include <filesystem>
#include <vector>

#include <fmt/format.h>

#include "base/canonical_path.hpp"
#include "base/sha256.hpp"
#include "experiment/merge.hpp"
#include "experiment/source_text.hpp"
#include "experiment/words.hpp"
#include "experiment/yaml_value.hpp"

namespace pursuit {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t k_most_files = 256; // of one experiment, each as often as it is included

class Loader {
public:
  Loader(Disk &disk, Faults &faults) : disk_(disk), faults_(faults) {}

  // `said`: where the file is asked for.
  std::optional<LoadedTree> load(const std::string &file, const Where &said) {
    const std::optional<std::string> bytes = read(file, said);
    if (!bytes.has_value()) return std::nullopt;
    std::optional<Value> root = read_yaml(*bytes, file, faults_);
    if (!root.has_value()) return std::nullopt;
    if (root->mapping() == nullptr) {
      faults_.add(root->where, fmt::format("expected a mapping, found {}", described(*root)),
                  "write lines of the form \"key: value\"");
      return std::nullopt;
    }
    open_.push_back(identity(file));
    std::optional<Value> whole = with_includes(std::move(*root));
    open_.pop_back();
    if (!whole.has_value()) return std::nullopt;
    return LoadedTree{std::move(*whole), sha256_hex(*bytes), included_};
  }

private:
  std::optional<std::string> read(const std::string &file, const Where &said) {
    std::error_code ignored;
    if (fs::is_directory(file, ignored)) {
      faults_.add(said, fmt::format("{} is a folder", file),
                  said.line == 0
                      ? "name the experiment file; status, list, show, report, verify and "
                        "gc take an experiment's folder, too"
                      : "name a file in it");
      return std::nullopt;
    }
    try {
      const std::optional<std::uint64_t> size = disk_.size(file);
      if (size.has_value() && *size > k_largest_file) {
        complain_of_size(file, *size, faults_);
        return std::nullopt;
      }
      std::optional<std::string> bytes = disk_.read(file);
      if (!bytes.has_value())
        faults_.add(said, fmt::format("there is no file {}", file.empty() ? "\"\"" : file),
                    "check its name");
      return bytes;
    } catch (const RunError &error) {
      faults_.add(said, error.what(), "check its name and permissions");
      return std::nullopt;
    }
  }

  static std::string identity(const std::string &file) {
    std::error_code error;
    const fs::path path = fs::weakly_canonical(file, error);
    return error ? file : path.string();
  }

  std::optional<Value> with_includes(Value root) {
    Value::Mapping &members = std::get<Value::Mapping>(root.data);
    const Value::Mapping::iterator include =
        std::find_if(members.begin(), members.end(),
                     [](const Value::Member &m) { return m.first.text == "include"; });
    if (include == members.end()) return root;
    const Value said = std::move(include->second);
    members.erase(include);
    std::optional<Value> below = Value{Value::Mapping(), root.where, ""};
    for (const Value &name : names(said)) {
      const std::optional<LoadedTree> part = load_included(name);
      if (!part.has_value()) below.reset();
      if (below.has_value()) below = merged(std::move(*below), part->root);
    }
    if (!below.has_value()) return std::nullopt;
    return merged(std::move(*below), std::move(root));
  }

  // The file names of an `include`. What is none is a fault and includes nothing, so that the rest is read all the same.
  std::vector<Value> names(const Value &said) {
    const Value::Sequence *items = said.sequence();
    std::vector<Value> result;
    for (const Value &name : items != nullptr ? *items : Value::Sequence{said}) {
      if (name.string() != nullptr && !name.string()->empty()) {
        result.push_back(name);
      } else {
        faults_.add(name.where,
                    fmt::format("include: expected a file name, found {}", described(name)),
                    "write include: [common.yaml]");
      }
    }
    return result;
  }

  std::optional<LoadedTree> load_included(const Value &name) {
    const std::string file = resolved_path(*name.string(), name.where);
    const std::vector<std::string>::const_iterator open =
        std::find(open_.begin(), open_.end(), identity(file));
    if (open != open_.end()) {
      faults_.add(name.where,
                  fmt::format("{} includes itself", file) +
                      (open_.end() - open > 1 ? ", by way of other files" : ""),
                  "remove one of the includes");
      return std::nullopt;
    }
    if (++files_ > k_most_files) {
      if (files_ == k_most_files + 1)
        faults_.add(name.where, fmt::format("more than {} files are included", k_most_files),
                    "include each file once");
      return std::nullopt;
    }
    included_.push_back(file);
    return load(file, name.where);
  }

  Disk &disk_;
  Faults &faults_;
  std::vector<std::string> open_; // the files that are being read, from the outermost on
  std::vector<std::string> included_;
  std::size_t files_ = 0;
};

} // namespace

std::optional<LoadedTree> load_tree(Disk &disk, const std::string &file, Faults &faults) {
  return Loader(disk, faults).load(file, Where{});
}

std::string resolved_path(const std::string &path, const Where &said) {
  const fs::path given(path);
  if (given.is_absolute() || said.line == 0) return tidy_path(given).string();
  return tidy_path(fs::path(said.file).parent_path() / given).string();
}

} // namespace pursuit
