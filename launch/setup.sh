#!/usr/bin/env bash
# Installs what Pleat needs to build and run: Debian packages, and the pinned LibTorch in .venv.
# Idempotent: with everything in place it only checks, and takes about a second.
# Needs Debian 12, root or sudo, and the network to the package registries only.
#
#   launch/setup.sh           what the CPU programs need
#   launch/setup.sh --cuda    also nvcc, NCCL and the libraries that LibTorch loads, in .venv/cuda
set -euo pipefail
cd "$(dirname "$0")/.."

case $* in
  '' | --cuda) ;;
  *)
    echo "setup: unknown argument '$*'; the only one is --cuda" >&2
    exit 2
    ;;
esac

# --- Debian packages ---------------------------------------------------------------------------
packages=(
  build-essential ca-certificates ccache cmake git ninja-build pkg-config
  python3 python3-pip python3-venv python3-yaml
  libabsl-dev libcli11-dev libeigen3-dev libgrpc++-dev libprotobuf-dev protobuf-compiler protobuf-compiler-grpc
  libopenmpi-dev openmpi-bin libyaml-cpp-dev nlohmann-json3-dev librandom123-dev
  libgoogle-perftools-dev libpng-dev libspdlog-dev libsqlite3-dev libssl-dev zlib1g-dev
  libgtest-dev libgmock-dev libbenchmark-dev clang-format clang-14 libclang-rt-14-dev iproute2
)
missing=()
for package in "${packages[@]}"; do
  [ "$(dpkg-query -W -f='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  as_root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || {
      echo "setup: these Debian packages are missing, and installing them needs root or sudo:" >&2
      echo "  apt-get install ${missing[*]}" >&2
      exit 1
    }
    as_root=(sudo)
  fi
  echo "setup: installing ${#missing[@]} Debian packages: ${missing[*]}"
  "${as_root[@]}" apt-get update -qq
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

# --- LibTorch: the PyPI wheel, pinned; its CPU library needs two small CUDA run-time libraries ---
install() { .venv/bin/pip install --quiet --disable-pip-version-check --no-deps --retries 5 "$@"; }
torch_version=2.11.0
stamp=".venv/pleat-torch-${torch_version}"
if [ ! -e "$stamp" ]; then
  echo "setup: installing LibTorch ${torch_version} into .venv (530 MB download)"
  [ -x .venv/bin/pip ] || python3 -m venv .venv
  # The libraries that a CUDA build needs at start are small, so every build has them.
  install "torch==${torch_version}" 'nvidia-cuda-runtime==13.0.*' 'nvidia-cuda-cupti==13.0.*'
  touch "$stamp"
fi

# --- CUDA: the machine's toolkit lacks three libraries of LibTorch; --cuda brings all of it, as wheels ---
beside_toolkit=(nvidia-cufile==1.15.1.6 nvidia-cusparselt-cu13==0.8.0 nvidia-nvshmem-cu13==3.4.5)
if [ "${1:-}" = --cuda ] && [ ! -e .venv/cuda ]; then
  echo "setup: installing CUDA 13.0 and NCCL into .venv (2 GB download)"
  install "${beside_toolkit[@]}" \
    nvidia-cuda-{nvcc,nvrtc,crt}==13.0.88 nvidia-{nvvm,nvjitlink}==13.0.88 \
    nvidia-cuda-cccl==13.0.85 nvidia-nvtx==13.0.85 \
    nvidia-cublas==13.1.0.3 nvidia-cudnn-cu13==9.19.0.56 nvidia-cufft==12.0.0.61 nvidia-curand==10.4.0.35 \
    nvidia-cusolver==12.0.4.66 nvidia-cusparse==12.6.3.3 nvidia-nccl-cu13==2.28.9
  # Wheels lack the names by which linkers find libraries, and the folder in which nvcc looks for them.
  wheels=$(echo .venv/lib/python3*/site-packages/nvidia)
  ln -sf libcudart.so.13 "$wheels/cu13/lib/libcudart.so"
  ln -sf libnccl.so.2 "$wheels/nccl/lib/libnccl.so"
  ln -sfn lib "$wheels/cu13/lib64"
  ln -sfn "${wheels#.venv/}/cu13" .venv/cuda
elif command -v nvcc >/dev/null && [ ! -e .venv/cuda ] && [ ! -e .venv/pleat-cuda ]; then
  echo "setup: nvcc found: installing what a CUDA build of LibTorch loads at start"
  install "${beside_toolkit[@]}"
  touch .venv/pleat-cuda
fi
