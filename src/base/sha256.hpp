// SHA-256 as 64 lower-case hex digits (FIPS 180-4, by OpenSSL).
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

std::string sha256_hex(std::string_view bytes);

} // namespace pursuit
