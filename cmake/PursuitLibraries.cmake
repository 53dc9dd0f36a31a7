# Which libraries are linked, and which of them a program takes when it starts: the system's, whatever conda, environment
# modules or MATLAB have set. Others are named on purpose: -DCMAKE_PREFIX_PATH=..., or one of these variables ON.
foreach(way SYSTEM_ENVIRONMENT_PATH CMAKE_ENVIRONMENT_PATH PACKAGE_REGISTRY)
  if(NOT DEFINED CMAKE_FIND_USE_${way})
    set(CMAKE_FIND_USE_${way} OFF)
  endif()
endforeach()
if(NOT CMAKE_FIND_USE_CMAKE_ENVIRONMENT_PATH)
  foreach(name CMAKE_PREFIX_PATH CMAKE_LIBRARY_PATH CMAKE_INCLUDE_PATH PKG_CONFIG PKG_CONFIG_PATH PKG_CONFIG_LIBDIR PKG_CONFIG_SYSROOT_DIR OPENSSL_ROOT_DIR
               fmt_ROOT OpenSSL_ROOT OPENSSL_ROOT nlohmann_json_ROOT yaml-cpp_ROOT CLI11_ROOT PkgConfig_ROOT ZLIB_ROOT
               GTest_ROOT GTEST_ROOT benchmark_ROOT Eigen3_ROOT)
    unset(ENV{${name}})
  endforeach()
endif()

# DT_RPATH: unlike DT_RUNPATH it comes before LD_LIBRARY_PATH, and holds for the libraries of libraries too.
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-file-name=libstdc++.so.6
  OUTPUT_VARIABLE PURSUIT_SYSTEM_LIBRARY OUTPUT_STRIP_TRAILING_WHITESPACE)
if(IS_ABSOLUTE "${PURSUIT_SYSTEM_LIBRARY}")
  file(REAL_PATH "${PURSUIT_SYSTEM_LIBRARY}" PURSUIT_SYSTEM_LIBRARY)
  get_filename_component(PURSUIT_SYSTEM_LIBRARIES "${PURSUIT_SYSTEM_LIBRARY}" DIRECTORY)
  list(APPEND CMAKE_INSTALL_RPATH ${PURSUIT_SYSTEM_LIBRARIES})
  # Otherwise CMake pads the path of the build with ":", which means the current folder.
  set(CMAKE_BUILD_WITH_INSTALL_RPATH ON)
  add_link_options(LINKER:--disable-new-dtags)
endif()
