# Run at every build by PursuitVersion.cmake: SOURCE, WRITTEN, VERSION, LIBRARIES ("name version" each).
# Sources count as changed where they differ from the commit; results and notes beside them do not matter.
set(git git -c safe.directory=* -C ${SOURCE})
execute_process(COMMAND ${git} rev-parse --show-toplevel OUTPUT_VARIABLE top ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
set(commit "")
set(changes "")
file(REAL_PATH ${SOURCE} real_source)
if(top STREQUAL real_source) # a tarball unpacked inside another project's checkout has no commit of its own
  execute_process(COMMAND ${git} rev-parse HEAD OUTPUT_VARIABLE commit ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
  execute_process(COMMAND ${git} --no-optional-locks status --porcelain -- src cmake CMakeLists.txt schemas
    OUTPUT_VARIABLE changes ERROR_QUIET OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
set(dirty false)
if(changes)
  set(dirty true)
endif()
set(rows "")
foreach(library IN LISTS LIBRARIES)
  string(REPLACE " " "\", \"" row "${library}")
  string(APPEND rows "      {\"${row}\"},\n")
endforeach()
configure_file(${SOURCE}/src/base/version.cpp.in ${WRITTEN} @ONLY)
