// Every read and write of the program goes through this interface. It is made of single system
// calls (file_calls.hpp), so that a test can fail, tear or crash at any of them. Promises:
//   write_whole, write_new  after a crash the file is what it was, or the whole new one; when they
//                           return, it is the new one, power cut or not
//   append                  whole lines, in order, whoever appends beside us
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pursuit {

class FileCalls;

class Disk {
public:
  virtual ~Disk() = default;

  // The whole file; nullopt if it does not exist. Throws RunError on any other failure, naming path
  // and reason.
  virtual std::optional<std::string> read(const std::filesystem::path &path) = 0;
  // Replaces the file atomically: new file in the same folder, fsync, rename, fsync of the folder.
  // Makes folders.
  virtual void write_whole(const std::filesystem::path &path, std::string_view bytes) = 0;
  // Replaces the file for whoever reads it, whole, in a folder that is there; after a crash it may be the old one, the new
  // one, or nonsense. For what is only looked at.
  virtual void note(const std::filesystem::path &path, std::string_view bytes) {
    write_whole(path, bytes);
  }
  // Like write_whole, but never replaces: false if the path is taken.
  virtual bool write_new(const std::filesystem::path &path, std::string_view bytes) = 0;
  // Appends lines, each with its newline, in one write under a lock on the file; what a crash has
  // left of an unfinished line is cut first. All of them are there, or (it throws) none. With
  // `durable` they are on the disk when it returns. Makes folders.
  virtual void append(const std::filesystem::path &path, std::string_view lines, bool durable) = 0;
  // These three throw RunError where nobody can say: a folder on the way that may not be searched, a disk that fails.
  virtual bool exists(const std::filesystem::path &path) = 0;
  // Size in bytes, or nullopt if there is no such regular file.
  virtual std::optional<std::uint64_t> size(const std::filesystem::path &path) = 0;
  // Names (not paths) in a folder, sorted; empty if there is no such folder.
  virtual std::vector<std::string> list(const std::filesystem::path &folder) = 0;
  // On the disk when it returns, as far as they are new.
  virtual void make_folders(const std::filesystem::path &folder) = 0;
  // No error if it was not there.
  virtual void remove(const std::filesystem::path &path) = 0;
  // Removes from a folder what write_whole and write_new of dead processes have left there. A file
  // that a living process is writing is locked by it, and stays.
  virtual void remove_abandoned(const std::filesystem::path &folder) = 0;
};

// The machine's own file system. One object, no state.
Disk &real_disk();

// A disk of these calls, which must outlive it.
std::unique_ptr<Disk> make_disk(FileCalls &calls);

} // namespace pursuit
