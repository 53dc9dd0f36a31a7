#include <algorithm>
#include <array>
#include <cstring>

#include <zlib.h>

#include "base/mat_format.hpp"

namespace pursuit {

namespace {

// One zlib stream; hands out its text piece by piece.
class Inflater {
public:
  explicit Inflater(std::string_view stream) : rest_(stream) {
    ready_ = inflateInit(&state_) == Z_OK;
  }
  ~Inflater() { inflateEnd(&state_); }
  Inflater(const Inflater &) = delete;
  Inflater &operator=(const Inflater &) = delete;

  // Up to `wanted` bytes more, appended to `text`; false where the stream is damaged.
  bool take(std::size_t wanted, std::string &text) {
    while (wanted > 0 && ready_ && !ended_) {
      const std::size_t piece = std::min(wanted, buffer_.size());
      const std::size_t got = step(piece);
      if (!ready_) return false;
      text.append(buffer_.data(), got);
      wanted -= got;
      if (got == 0 && rest_.empty() && !ended_) return false; // the stream stops short
    }
    return ready_;
  }
  bool ended() const { return ended_; }

private:
  std::size_t step(std::size_t piece) {
    constexpr std::size_t k_input = 1u << 20;
    const std::size_t offered = std::min(rest_.size(), k_input);
    state_.next_in = reinterpret_cast<Bytef *>(const_cast<char *>(rest_.data()));
    state_.avail_in = static_cast<uInt>(offered);
    state_.next_out = reinterpret_cast<Bytef *>(buffer_.data());
    state_.avail_out = static_cast<uInt>(piece);
    const int result = ::inflate(&state_, Z_NO_FLUSH);
    rest_.remove_prefix(offered - state_.avail_in);
    ended_ = result == Z_STREAM_END;
    ready_ = ended_ || result == Z_OK || result == Z_BUF_ERROR;
    return piece - state_.avail_out;
  }

  std::string_view rest_;
  z_stream state_{};
  std::array<char, 65536> buffer_{};
  bool ready_ = false;
  bool ended_ = false;
};

} // namespace

unsigned read_word(std::string_view bytes, bool swap_bytes) {
  std::uint32_t word = 0;
  std::memcpy(&word, bytes.data(), sizeof word);
  return swap_bytes ? __builtin_bswap32(word) : word;
}

std::string inflate_array(std::string_view stream, bool swap_bytes, std::size_t limit,
                          std::string &fault) {
  constexpr std::size_t k_tag = 8;
  Inflater inflater(stream);
  std::string text;
  fault = "its compressed data is damaged or truncated";
  if (!inflater.take(k_tag, text) || text.size() < k_tag) return "";
  const std::size_t size = read_word(std::string_view(text).substr(4), swap_bytes);
  if (size > limit) {
    fault = "it would inflate to " + std::to_string(size >> 20) +
            " MiB, far more than a file of this size holds";
    return "";
  }
  if (!inflater.take(size, text) || text.size() != k_tag + size) return "";
  std::string beyond; // also reads the stream's checksum
  if (!inflater.take(1, beyond) || !inflater.ended() || !beyond.empty()) return "";
  fault.clear();
  return text;
}

} // namespace pursuit
