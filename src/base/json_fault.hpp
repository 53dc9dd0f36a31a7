// What is wrong with a JSON text, in words for people.
#pragma once

#include <string>
#include <string_view>

namespace pursuit {

// Of what nlohmann's exceptions say ("[json.exception.out_of_range.403] key 'id' not found"): `the key "id" is missing`.
std::string json_fault(std::string_view what);

} // namespace pursuit
