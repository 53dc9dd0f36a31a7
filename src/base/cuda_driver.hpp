// The CUDA driver API, loaded when it is asked for and never linked: a program starts without it.
#pragma once

#include <string>

namespace pursuit {

// Functions of the driver API's reference: CUdevice and CUresult are int, 0 is success, CUuuid 16 bytes. Each may be null
// where the driver is too old.
struct CudaDriver {
  int (*init)(unsigned flags) = nullptr;
  int (*device_count)(int *count) = nullptr;
  int (*device)(int *device, int index) = nullptr;
  int (*attribute)(int *value, int which, int device) = nullptr;
  int (*uuid)(unsigned char *bytes, int device) =
      nullptr; // the newer one, which tells parts of a GPU (MIG) apart, if it is there
};

// Stays loaded. Throws RunError where there is no driver, or one without the first four.
CudaDriver load_cuda_driver();

} // namespace pursuit
