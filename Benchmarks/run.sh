#!/bin/sh
# Builds the product as it is installed, makes the Python peer's environment, and runs the benchmarks.
#
#   Benchmarks/run.sh [--only a,b,c,d,e,f,g,h] [--quick] [--no-write] [--data DIR]
#
# Everything it makes lies in .build-static and .build-bench (both ignored by git) and in a temporary folder that goes.
set -eu

root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
scratch=$root/.build-bench
venv=$scratch/venv
mkdir -p "$scratch"

cd "$root"
if [ "${MLOPS_BENCH_NO_BUILD:-}" != 1 ]; then
  scripts/build-static.sh
fi

if ! "$venv/bin/python" -c 'import pygit2, jsonschema; from yaml import CSafeLoader' 2>/dev/null; then
  rm -rf "$venv"
  python3 -m venv "$venv" || { [ "$(id -u)" = 0 ] && apt-get install -y python3-venv && python3 -m venv "$venv"; } || {
    echo 'error: python3 cannot make a virtual environment' >&2
    echo 'hint: apt-get install python3-venv' >&2
    exit 2
  }
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r Benchmarks/python_hook/requirements.txt
fi

compiler=${CC:-cc}
command -v "$compiler" >/dev/null || compiler=clang
"$compiler" -O2 -o "$scratch/empty" Benchmarks/empty.c
"$compiler" -O2 -o "$scratch/measure" Benchmarks/measure.c

exec "$venv/bin/python" Benchmarks/bench.py --binaries .build-static/release --tools "$scratch" "$@"
