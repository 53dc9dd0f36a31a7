#include "support/pessimistic_files.hpp"

#include <algorithm>
#include <cerrno>
#include <set>

#include <fcntl.h>
#include <sys/file.h>

namespace pursuit::test {

namespace {

int refuse(int reason) {
  errno = reason;
  return -1;
}

} // namespace

PessimisticFiles::PessimisticFiles() { put_folder("/"); }

void PessimisticFiles::die_at(long n, Loss loss, unsigned seed) {
  die_at_ = deadly_ + n;
  loss_ = loss;
  random_.seed(seed);
}

void PessimisticFiles::fail_at(long n, int reason, bool for_ever) {
  fail_at_ = failing_ + n;
  fail_reason_ = reason;
  fails_for_ever_ = for_ever;
}

// Counts the call; true: it fails, with errno set. Does not return where it is the last one.
bool PessimisticFiles::refused(const char *call, const std::string &path, bool deadly) {
  if (dead_) return refuse(EIO) != 0;
  ++failing_;
  if (fail_at_ > 0 && (fails_for_ever_ ? failing_ >= fail_at_ : failing_ == fail_at_)) {
    return refuse(fail_reason_) != 0;
  }
  if (!deadly || ++deadly_ != die_at_) return false;
  died_at_ = std::string(call) + " " + path;
  if (std::string(call) == "write") return false; // half of it goes out first
  die();
  return true;
}

void PessimisticFiles::die() {
  dead_ = true;
  throw Death{};
}

void PessimisticFiles::close_all() {
  opened_.clear();
  dead_ = false;
  die_at_ = fail_at_ = -1;
}

void PessimisticFiles::restart() {
  close_all();
  if (loss_ != Loss::nothing) {
    std::set<std::string> names;
    for (const auto &[path, node] : now_) names.insert(path);
    for (const auto &[path, node] : synced_) names.insert(path);
    Tree survived;
    for (const std::string &path : names) { // a folder comes before what is in it
      const auto old_name = synced_.find(path), new_name = now_.find(path);
      NodePtr node = old_name == synced_.end() ? nullptr : old_name->second;
      if (loss_ == Loss::anything && coin()) {
        node = new_name == now_.end() ? nullptr : new_name->second;
      }
      if (node && (path == "/" || survived.contains(folder_of(path)))) survived[path] = node;
    }
    for (const auto &[path, node] : survived) {
      if (!node->folder) node->synced = loss_ == Loss::anything ? torn(*node) : node->synced;
      node->bytes = node->synced;
    }
    now_ = synced_ = survived;
  }
  loss_ = Loss::nothing;
}

// What is on the disk of a file whose last bytes were never synced.
std::string PessimisticFiles::torn(const Node &node) {
  if (node.bytes == node.synced) return node.synced;
  const std::size_t same = static_cast<std::size_t>(
      std::mismatch(node.bytes.begin(), node.bytes.end(), node.synced.begin(), node.synced.end())
          .first -
      node.bytes.begin());
  std::string result = node.bytes;
  const std::size_t kept = same + random_() % (node.bytes.size() - same + 1);
  switch (random_() % 5) {
  case 0:
    return node.synced;
  case 1:
    return node.bytes;
  case 2: // cut short
    return node.bytes.substr(0, kept);
  case 3: // its length is there, its bytes are not
    std::fill(result.begin() + static_cast<std::ptrdiff_t>(kept), result.end(), '\0');
    return result;
  default: // somebody else's bytes
    for (std::size_t i = kept; i < result.size(); ++i) result[i] = static_cast<char>(random_());
    return result;
  }
}

std::string PessimisticFiles::clean(const std::string &path) {
  return path.size() > 1 && path.back() == '/' ? path.substr(0, path.size() - 1) : path;
}

std::string PessimisticFiles::folder_of(const std::string &path) {
  const std::size_t slash = path.rfind('/');
  return slash == 0 ? "/" : path.substr(0, slash);
}

PessimisticFiles::NodePtr PessimisticFiles::find(const std::string &path) const {
  const Tree::const_iterator found = now_.find(clean(path));
  return found == now_.end() ? nullptr : found->second;
}

bool PessimisticFiles::has_folder(const std::string &path) const {
  const NodePtr node = find(path);
  return node && node->folder;
}

std::optional<std::string> PessimisticFiles::bytes(const std::string &path) const {
  const NodePtr node = find(path);
  return node && !node->folder ? std::optional(node->bytes) : std::nullopt;
}

void PessimisticFiles::put(const std::string &path, const std::string &text) {
  now_[path] = synced_[path] = std::make_shared<Node>(Node{false, text, text});
}

void PessimisticFiles::put_folder(const std::string &path) {
  now_[path] = synced_[path] = std::make_shared<Node>(Node{true, "", ""});
}

std::vector<std::string> PessimisticFiles::paths() const {
  std::vector<std::string> result;
  for (const auto &[path, node] : now_) {
    if (!node->folder) result.push_back(path);
  }
  return result;
}

int PessimisticFiles::open(const std::string &path, int flags, mode_t) {
  const bool makes = (flags & O_CREAT) != 0 && !find(path);
  if (refused("open", path, makes)) return -1;
  NodePtr node = find(path);
  if (node && (flags & O_EXCL) != 0) return refuse(EEXIST);
  if (node && node->folder && (flags & O_ACCMODE) != O_RDONLY) return refuse(EISDIR);
  if (!node && !makes) return refuse(ENOENT);
  if (!node) {
    if (!has_folder(folder_of(path))) return refuse(find(folder_of(path)) ? ENOTDIR : ENOENT);
    node = now_[path] = std::make_shared<Node>();
  }
  opened_[++next_fd_] = {node, path, 0, (flags & O_APPEND) != 0, false};
  return next_fd_;
}

int PessimisticFiles::close(int fd) { return opened_.erase(fd) == 1 ? 0 : refuse(EBADF); }

ssize_t PessimisticFiles::read(int fd, char *buffer, std::size_t size) {
  Opened &file = opened_.at(fd);
  const ssize_t got = pread(fd, buffer, size, static_cast<off_t>(file.at));
  if (got > 0) file.at += static_cast<std::size_t>(got);
  return got;
}

ssize_t PessimisticFiles::pread(int fd, char *buffer, std::size_t size, off_t offset) {
  const Opened &file = opened_.at(fd);
  if (refused("read", file.path, false)) return -1;
  const std::size_t at = std::min(static_cast<std::size_t>(offset), file.node->bytes.size());
  return static_cast<ssize_t>(file.node->bytes.copy(buffer, size, at));
}

// How much of a write there is room for.
std::size_t PessimisticFiles::accepted(const Opened &file, std::size_t size) const {
  std::size_t used = 0;
  std::set<const Node *> seen; // a file may have two names
  for (const auto &[path, node] : now_) {
    if (seen.insert(node.get()).second) used += node->bytes.size();
  }
  const std::size_t room = capacity > used ? capacity - used : 0;
  const std::size_t over = file.node->bytes.size() - std::min(file.at, file.node->bytes.size());
  return std::min(size, file.appends ? room : room + over);
}

ssize_t PessimisticFiles::write(int fd, const char *bytes, std::size_t size) {
  Opened &file = opened_.at(fd);
  const bool last = !dead_ && deadly_ + 1 == die_at_;
  if (refused("write", file.path, true)) return -1;
  if ((short_writes || last) && size > 1) size /= 2;
  const std::size_t taken = accepted(file, size);
  if (taken == 0 && size > 0) return refuse(ENOSPC);
  std::string &text = file.node->bytes;
  if (file.appends) file.at = text.size();
  text.replace(std::min(file.at, text.size()), taken, bytes, taken);
  file.at += taken;
  if (last) die();
  return static_cast<ssize_t>(taken);
}

int PessimisticFiles::ftruncate(int fd, off_t size) {
  const Opened &file = opened_.at(fd);
  if (refused("ftruncate", file.path, true)) return -1;
  file.node->bytes.resize(static_cast<std::size_t>(size));
  return 0;
}

int PessimisticFiles::fstat(int fd, struct stat *about) {
  const Opened &file = opened_.at(fd);
  if (refused("fstat", file.path, false)) return -1;
  *about = {};
  about->st_mode = file.node->folder ? S_IFDIR : S_IFREG;
  about->st_size = static_cast<off_t>(file.node->bytes.size());
  return 0;
}

// Never fails by itself: what cannot be seen counts as absent, which the program may believe.
int PessimisticFiles::stat(const std::string &path, struct stat *about) {
  if (dead_) return refuse(EIO);
  const NodePtr node = find(path);
  if (!node) return refuse(ENOENT);
  *about = {};
  about->st_mode = node->folder ? S_IFDIR : S_IFREG;
  about->st_size = static_cast<off_t>(node->bytes.size());
  return 0;
}

int PessimisticFiles::fsync(int fd) {
  const Opened &file = opened_.at(fd);
  if (refused("fsync", file.path, true)) return -1;
  if (!file.node->folder) {
    file.node->synced = file.node->bytes;
    return 0;
  }
  std::erase_if(synced_, [&](const auto &entry) {
    return entry.first != "/" && folder_of(entry.first) == clean(file.path);
  });
  for (const auto &[path, node] : now_) {
    if (folder_of(path) == clean(file.path)) synced_[path] = node;
  }
  return 0;
}

int PessimisticFiles::flock(int fd, int operation) {
  Opened &file = opened_.at(fd);
  if (refused("flock", file.path, false)) return -1;
  const bool held = std::any_of(opened_.begin(), opened_.end(), [&](const auto &other) {
    return other.first != fd && other.second.locked && other.second.node == file.node;
  });
  if (held) return refuse((operation & LOCK_NB) != 0 ? EWOULDBLOCK : EDEADLK);
  file.locked = (operation & LOCK_UN) == 0;
  return 0;
}

int PessimisticFiles::rename(const std::string &from, const std::string &to) {
  if (refused("rename", to, true)) return -1;
  if (!find(from)) return refuse(ENOENT);
  if (has_folder(to)) return refuse(EISDIR);
  now_[to] = find(from);
  now_.erase(from);
  return 0;
}

int PessimisticFiles::link(const std::string &from, const std::string &to) {
  if (refused("link", to, true)) return -1;
  if (find(to)) return refuse(EEXIST);
  now_[to] = find(from);
  return 0;
}

int PessimisticFiles::unlink(const std::string &path) {
  if (refused("unlink", path, true)) return -1;
  if (!find(path)) return refuse(ENOENT);
  now_.erase(path);
  return 0;
}

int PessimisticFiles::mkdir(const std::string &path, mode_t) {
  if (refused("mkdir", path, true)) return -1;
  if (find(path)) return refuse(EEXIST);
  if (!has_folder(folder_of(path))) return refuse(ENOENT);
  now_[path] = std::make_shared<Node>(Node{true, "", ""});
  return 0;
}

int PessimisticFiles::list(const std::string &folder, std::vector<std::string> &names) {
  if (refused("list", folder, false)) return -1;
  if (!has_folder(folder)) return refuse(ENOENT);
  const std::string start = clean(folder) == "/" ? "/" : clean(folder) + "/";
  for (const auto &[path, node] : now_) {
    if (path != "/" && folder_of(path) == clean(folder)) names.push_back(path.substr(start.size()));
  }
  return 0;
}

long long PessimisticFiles::free_bytes(const std::string &) { return -1; }

} // namespace pursuit::test
