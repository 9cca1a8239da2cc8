#!/bin/sh
# Builds the product as it is installed: in release mode, with Swift's library and the C libraries from their archives.
#
# Hooks are started up to three times a push, so what the loader has to do counts: the C++ library, which Swift's runtime
# needs, comes from its archive too where there is one, and nothing is searched for beside the executable.
set -eu

cd "$(dirname -- "$0")/.."
scratch=.build-static
mkdir -p "$scratch/archives"
for compiler in gcc clang cc; do
  command -v "$compiler" >/dev/null || continue
  archive=$("$compiler" -print-file-name=libstdc++.a)
  case $archive in
    /*) ln -sf "$archive" "$scratch/archives/libstdc++.a" && break ;;
  esac
done
exec swift build -c release --static-swift-stdlib --scratch-path "$scratch" --disable-local-rpath \
  -Xlinker "-L$PWD/$scratch/archives" -Xlinker --gc-sections -Xlinker -s "$@"
