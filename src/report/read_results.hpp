// What an experiment's folder holds -> Results.
#pragma once

#include <filesystem>

#include "base/disk.hpp"
#include "experiment/read_requests.hpp"
#include "report/networks.hpp"
#include "store/manifest.hpp"

namespace pursuit {

// The finished runs of the manifest. Evaluations and models are read when a figure asks for them; evaluations of the last
// 200 networks are kept. The behaviour is absent where its file is gone, cannot be read or is another one by now. `disk` must outlive it.
Results read_results(Disk &disk, const std::filesystem::path &output_dir, const Manifest &manifest,
                     const Requests &requests);

} // namespace pursuit
