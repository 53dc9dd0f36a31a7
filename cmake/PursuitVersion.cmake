# pursuit_version_source(target): gives the target version.cpp, written anew at every build but touched only when the
# commit, or whether the sources differ from it, has changed. Outside a git checkout the commit is empty.
# LibTorch is none of these: only the torch engine uses it, and names it.
set(PURSUIT_LIBRARIES
  "CLI11 ${CLI11_VERSION}" "fmt ${fmt_VERSION}" "matio ${matio_VERSION}" "nlohmann-json ${nlohmann_json_VERSION}"
  "OpenSSL ${OPENSSL_VERSION}" "yaml-cpp ${yaml-cpp_VERSION}")

function(pursuit_version_source target)
  set(written ${PROJECT_BINARY_DIR}/version.cpp)
  add_custom_target(${target}_version BYPRODUCTS ${written} VERBATIM COMMENT ""
    COMMAND ${CMAKE_COMMAND} "-DSOURCE=${PROJECT_SOURCE_DIR}" "-DWRITTEN=${written}"
      "-DVERSION=${PROJECT_VERSION}" "-DLIBRARIES=${PURSUIT_LIBRARIES}"
      -P ${PROJECT_SOURCE_DIR}/cmake/write_version.cmake)
  target_sources(${target} PRIVATE ${written})
  add_dependencies(${target} ${target}_version)
endfunction()
