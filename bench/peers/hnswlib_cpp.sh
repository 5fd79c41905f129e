#!/bin/sh
# hnswlib in C++, compiled for this machine: the bar for a graph of uncompressed vectors.
set -u
folder=$(cd "$(dirname "$0")" && pwd)
unavailable() {
  printf '%s\n' "$1" >&2
  exit 69
}
command -v g++ >/dev/null 2>&1 || unavailable 'no g++; install it with: apt-get install g++'
printf '#include <hnswlib/hnswlib.h>\n' | g++ -E -x c++ - >/dev/null 2>&1 ||
  unavailable 'no hnswlib/hnswlib.h; install it with: apt-get install libhnswlib-dev'
build=$(mktemp -d) || exit 1
trap 'rm -rf "$build"' EXIT
g++ -O3 -march=native -std=c++17 -o "$build/hnswlib_cpp" "$folder/hnswlib_cpp.cpp" -lpthread || exit 1
"$build/hnswlib_cpp" "$@"
