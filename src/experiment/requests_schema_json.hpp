// The part of an experiment file's JSON Schema that mirrors read_requests.hpp: figures, expect.
#pragma once

#include <nlohmann/json_fwd.hpp>

namespace pursuit {

// Of an entry of the list. Lists are not merged: an entry is whole even in a file with `include`, so
// what is referred to are the definitions of a whole file, "#/$defs/whole/match_any" and ".../seed".
nlohmann::ordered_json figure_schema();
nlohmann::ordered_json expectation_schema();

} // namespace pursuit
