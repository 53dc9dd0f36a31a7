// schemas/manifest.schema.json, built into the program.
#pragma once

namespace pursuit {

const char *manifest_schema();

} // namespace pursuit
