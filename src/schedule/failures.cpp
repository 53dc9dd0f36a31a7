#include "schedule/failures.hpp"

#include <cctype>

#include <fmt/format.h>

#include "base/number.hpp"
#include "schedule/worker_protocol.hpp"
#include "store/model.hpp"

namespace pursuit {

namespace {

std::string replaced(std::string text, const std::string &word, const std::string &by) {
  if (word.empty()) return text;
  for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
    text.replace(at, word.size(), by);
    at += by.size();
  }
  return text;
}

// "4.5" and "17" as "#": a trial, a loss or the bytes that are left differ between failures of one cause.
std::string without_numbers(const std::string &text) {
  std::string general;
  bool in_number = false;
  for (char c : text) {
    const bool digit = std::isdigit(static_cast<unsigned char>(c)) != 0;
    if (digit && !in_number) general += '#';
    in_number = digit || (in_number && c == '.');
    if (!in_number) general += c;
  }
  return general;
}

// The message without what is this run's alone.
std::string general_text(const Node &node, const std::string &error) {
  std::string text = error;
  if (!node.id.empty()) {
    text = replaced(text, model_file_name(node.spec, node.id), "<model>");
    text = replaced(text, node.id, "<id>");
    text = replaced(text, node.id.substr(0, 12), "<id>");
  }
  return without_numbers(text);
}

std::string without_trailing_space(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.pop_back();
  }
  return text;
}

} // namespace

std::string overdue_text(double timeout_s, double limit_s) {
  const std::string text = fmt::format("over --timeout {} s", shortest_number(timeout_s));
  if (limit_s == timeout_s) return text;
  return fmt::format("{}: {} s for the whole pack", text, shortest_number(limit_s));
}

std::string lost_worker_text(const WorkerEnded &event) {
  std::string text = "worker could not be started";
  if (event.silent_s > 0) {
    text =
        fmt::format("worker sent nothing for {:.0f} s, although it should every {:.0f} s: killed",
                    event.silent_s, k_beat_s);
  } else if (event.signal == "SIGKILL") {
    text =
        "worker killed by SIGKILL, not by this program: by somebody, or by the kernel for lack of "
        "memory (`dmesg` says which; fewer slots, as --devices cpu:1, need less)";
  } else if (!event.signal.empty()) {
    text = fmt::format("worker killed by {}", event.signal);
  } else if (event.exit_code) {
    text = fmt::format("worker ended with exit code {}", *event.exit_code);
  }
  const std::string words = without_trailing_space(event.last_words);
  return words.empty() ? text : fmt::format("{}: {}", text, words);
}

bool SameFailures::failed(const Node &node, const std::string &error) {
  if (k_ == 0) return false;
  const std::string text = general_text(node, error);
  if (seen_ == 0) first_ = text;
  if (text != first_) k_ = 0;
  return k_ != 0 && ++seen_ == k_;
}

} // namespace pursuit
