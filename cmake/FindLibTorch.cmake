# Finds LibTorch: LIBTORCH_ROOT (an unpacked libtorch or a torch wheel), else the wheel in .venv.
# Defines LibTorch::cpu, and LibTorch::cuda with PLEAT_CUDA. The wheel's own package demands a CUDA toolkit
# even for CPU programs, so the libraries are named here one by one.
if(NOT LIBTORCH_ROOT)
  file(GLOB _wheels ${PROJECT_SOURCE_DIR}/.venv/lib/python3*/site-packages/torch)
  list(GET _wheels 0 LIBTORCH_ROOT)
endif()
set(LIBTORCH_ROOT "${LIBTORCH_ROOT}" CACHE PATH "Folder of LibTorch (holds include/ and lib/)")

find_path(LibTorch_INCLUDE_DIR torch/csrc/api/include/torch/torch.h
  PATHS ${LIBTORCH_ROOT}/include NO_DEFAULT_PATH)
find_library(LibTorch_cpu_LIBRARY torch_cpu PATHS ${LIBTORCH_ROOT}/lib NO_DEFAULT_PATH)
find_library(LibTorch_c10_LIBRARY c10 PATHS ${LIBTORCH_ROOT}/lib NO_DEFAULT_PATH)
find_library(LibTorch_gomp_LIBRARY NAMES libgomp.so.1 gomp PATHS ${LIBTORCH_ROOT}/lib NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_cpu_LIBRARY LibTorch_c10_LIBRARY LibTorch_gomp_LIBRARY LibTorch_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "run launch/setup.sh, or set LIBTORCH_ROOT to an unpacked libtorch")

# The wheel ships an old, partial google/protobuf; the system's must be found before it.
file(MAKE_DIRECTORY ${PROJECT_BINARY_DIR}/system_protobuf)
file(CREATE_LINK /usr/include/google ${PROJECT_BINARY_DIR}/system_protobuf/google SYMBOLIC)

get_filename_component(_torch_lib ${LibTorch_cpu_LIBRARY} DIRECTORY)
get_filename_component(_site_packages ${LIBTORCH_ROOT} DIRECTORY)
add_library(LibTorch::cpu INTERFACE IMPORTED)
target_include_directories(LibTorch::cpu SYSTEM BEFORE INTERFACE
  ${PROJECT_BINARY_DIR}/system_protobuf
  ${LibTorch_INCLUDE_DIR} ${LibTorch_INCLUDE_DIR}/torch/csrc/api/include)
target_link_options(LibTorch::cpu INTERFACE -Wl,--allow-shlib-undefined)
# The wheel's own OpenMP runtime, so that one pool of threads serves torch's operations and ours.
target_link_libraries(LibTorch::cpu INTERFACE
  ${LibTorch_cpu_LIBRARY} ${LibTorch_c10_LIBRARY} ${LibTorch_gomp_LIBRARY} -Wl,-rpath,${_torch_lib})

if(PLEAT_CUDA)
  set(CMAKE_CUDA_STANDARD 17)  # the newest that CMake 3.25 knows for nvcc
  set(CMAKE_CUDA_RUNTIME_LIBRARY Shared)  # the one that torch uses
  find_program(CMAKE_CUDA_COMPILER nvcc PATHS ${PROJECT_SOURCE_DIR}/.venv/cuda/bin)
  enable_language(CUDA)
  find_package(CUDAToolkit REQUIRED)
  find_path(NCCL_INCLUDE_DIR nccl.h
    HINTS ${CUDAToolkit_INCLUDE_DIRS} ${_site_packages}/nvidia/nccl/include REQUIRED)
  find_library(NCCL_LIBRARY nccl
    HINTS ${CUDAToolkit_LIBRARY_DIR} ${CUDAToolkit_LIBRARY_ROOT}/lib64 ${_site_packages}/nvidia/nccl/lib REQUIRED)
  find_library(LibTorch_cuda_LIBRARY torch_cuda PATHS ${_torch_lib} NO_DEFAULT_PATH REQUIRED)
  find_library(LibTorch_c10_cuda_LIBRARY c10_cuda PATHS ${_torch_lib} NO_DEFAULT_PATH REQUIRED)
  file(GLOB _nvidia_libs ${_site_packages}/nvidia/*/lib)
  list(JOIN _nvidia_libs ":" _nvidia_rpath)
  add_library(LibTorch::cuda INTERFACE IMPORTED)
  target_include_directories(LibTorch::cuda SYSTEM INTERFACE ${NCCL_INCLUDE_DIR})
  target_link_libraries(LibTorch::cuda INTERFACE LibTorch::cpu
    -Wl,--no-as-needed ${LibTorch_cuda_LIBRARY} -Wl,--as-needed
    ${LibTorch_c10_cuda_LIBRARY} CUDA::cudart ${NCCL_LIBRARY} -Wl,-rpath,${_nvidia_rpath})
endif()
