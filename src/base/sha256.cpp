#include "base/sha256.hpp"

#include <array>

#include <openssl/evp.h>

#include "base/errors.hpp"

namespace pursuit {

std::string sha256_hex(std::string_view bytes) {
  // Fetched once: looking the algorithm up costs more than hashing a run's canonical text.
  static const EVP_MD *const k_sha256 = EVP_sha256();
  std::array<unsigned char, 32> digest{};
  unsigned int size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, k_sha256, nullptr) != 1 ||
      size != digest.size()) {
    throw InternalError("SHA-256 failed");
  }
  constexpr std::string_view k_hex = "0123456789abcdef";
  std::string text;
  text.reserve(2 * digest.size());
  for (unsigned char byte : digest) {
    text += k_hex[byte >> 4];
    text += k_hex[byte & 15];
  }
  return text;
}

} // namespace pursuit
