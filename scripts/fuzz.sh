#!/bin/sh
# Fuzzes the readers of hostile input with libFuzzer: scripts/fuzz.sh [TARGET…] [--runs N | --seconds N] [--table FILE]
#
# A minute a target, unless told otherwise; with --runs each target goes on until it has run so many inputs in all, those
# of earlier calls counted. What was found is kept in .build-fuzz/corpus/TARGET, what broke in .build-fuzz/crashes/TARGET:
# a crash goes into Tests/Corpus/TARGET, which `make test` replays, and its cause is mended.
set -eu

cd "$(dirname -- "$0")/.."
root=$PWD
out=$root/.build-fuzz
seconds=60
runs=
table=
targets=
build=yes
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --table) table=$2 && shift ;;
    --no-build) build= ;;
    -*) echo "usage: $0 [TARGET…] [--runs N | --seconds N] [--table FILE] [--no-build]" >&2 && exit 2 ;;
    *) targets="$targets $1" ;;
  esac
  shift
done
# The fast ones first.
all='stdin versions signatures thresholds commits trees trailers audit outbox paths evidence manifests policies'
for target in ${targets:=$all}; do
  case " $all " in
    *" $target "*) ;;
    *) echo "error: no target \`$target\`; there are: $all" >&2 && exit 2 ;;
  esac
done

# The three modules that read, and the targets, each with the instrumentation; the C libraries have none.
#
# SwiftPM would build the package's dependencies too, and knows no instrumentation for some modules alone.
#
# A module is compiled again where it, or one before it, has changed.
compile() {
  module=$1
  shift
  objects="$objects $out/$module.o"
  if [ -z "$stale" ] && [ -f "$out/$module.o" ] && [ -z "$(find "$@" -newer "$out/$module.o")" ]; then return 0; fi
  stale=yes
  echo "compiling $module" >&2
  swiftc -O -wmo -parse-as-library -module-name "$module" -package-name mlops_hook -swift-version 6 -enable-testing \
    -sanitize=fuzzer -emit-module -emit-module-path "$out/$module.swiftmodule" -c -o "$out/$module.o" -I "$out" \
    -I "$out/modules" "$@"
}

build() {
  mkdir -p "$out/modules"
  objects=
  stale=
  for module in CGit2 CYAML CCrypto CRuntime; do
    echo "module $module { umbrella header \"$root/Sources/$module/include/$module.h\" export * }"
  done >"$out/modules/module.modulemap"
  for source in Sources/C*/*.c; do
    object=$out/$(basename "$(dirname "$source")")-$(basename "$source" .c).o
    clang -O2 -c -o "$object" -I "$(dirname "$source")/include" "$source"
    objects="$objects $object"
  done
  # shellcheck disable=SC2046 # names of files without spaces
  {
    compile GitObjects $(find Sources/GitObjects -name '*.swift')
    compile YAMLTree $(find Sources/YAMLTree -name '*.swift')
    compile ManifestCore $(find Sources/ManifestCore -name '*.swift')
    compile Delivery Sources/Delivery/DeliveryEvent.swift
    compile FuzzTests $(find Tests/FuzzTests/Targets Tests/FuzzTests/Driver -name '*.swift')
    # shellcheck disable=SC2086
    swiftc -sanitize=fuzzer -parse-as-library -o "$out/fuzz" $objects -l:libgit2.a -l:libpcre2-8.a -l:libz.a \
      -l:libhttp_parser.a -l:libmbedcrypto.a -l:libyaml.a
  }
}

newest() { find Sources Tests/FuzzTests scripts/fuzz.sh -newer "$out/fuzz" -type f 2>/dev/null | head -1; }
if [ -n "$build" ] && { [ ! -x "$out/fuzz" ] || [ -n "$(newest)" ]; }; then build; fi

# The longest input: what is slow per byte gets less, so that 10,000 inputs a second and more are tried.
longest() {
  case $1 in
    stdin) echo 512 ;;
    versions) echo 128 ;;
    thresholds) echo 128 ;;
    paths | audit) echo 256 ;;
    signatures | trailers | commits | trees) echo 1024 ;;
    evidence | outbox) echo 640 ;;
    manifests) echo 1024 ;;
    policies) echo 1792 ;;
  esac
}

# How many inputs a target has been given in all calls.
total() { cat "$out/runs/$1" 2>/dev/null || echo 0; }

fuzz() {
  target=$1
  mkdir -p "$out/corpus/$target" "$out/crashes/$target" "$out/logs" "$out/runs"
  limit="-max_total_time=$seconds"
  if [ -n "$runs" ]; then
    left=$((runs - $(total "$target")))
    [ "$left" -gt 0 ] || return 0
    limit="-runs=$left"
  fi
  dictionary=
  [ ! -f "Tests/FuzzTests/Dictionaries/$target.dict" ] || dictionary="-dict=Tests/FuzzTests/Dictionaries/$target.dict"
  log=$out/logs/$target.log
  # shellcheck disable=SC2086
  SWIFT_BACKTRACE=enable=no MLOPS_FUZZ_TARGET="$target" "$out/fuzz" $limit $dictionary -max_len="$(longest "$target")" \
    -timeout=1 -rss_limit_mb=256 -use_value_profile=0 -print_final_stats=1 -reload=0 \
    -artifact_prefix="$out/crashes/$target/" "$out/corpus/$target" "Tests/Corpus/$target" >"$log" 2>&1 || true
  done=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
  echo $(($(total "$target") + ${done:-0})) >"$out/runs/$target"
  rm -rf /dev/shm/mlops-fuzz-* 2>/dev/null || true
}

row() {
  target=$1
  log=$out/logs/$target.log
  [ -f "$log" ] || return 0
  speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log" | tail -1)
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
  kept=$(find "Tests/Corpus/$target" -type f | wc -l)
  found=$(find "$out/corpus/$target" -type f | wc -l)
  crashes=$(find "$out/crashes/$target" -type f | wc -l)
  printf '| %-10s | %12s | %9s | %8s | %7s | %6s | %6s | %7s |\n' "$target" "$(total "$target")" "${speed:-?}" \
    "$(longest "$target")" "${edges:-?}" "$found" "$kept" "$crashes"
}

failed=
for target in $targets; do
  echo "fuzzing $target" >&2
  before=$(find "$out/crashes/$target" -type f 2>/dev/null | wc -l)
  fuzz "$target"
  if [ "$(find "$out/crashes/$target" -type f 2>/dev/null | wc -l)" -gt "$before" ]; then
    failed="$failed $target"
    grep -a -m1 -e 'BROKEN PROMISE' -e 'Fatal error' -e 'ERROR: libFuzzer' "$out/logs/$target.log" >&2 || true
  fi
done
{
  echo '| target     |   executions | exec/s    | longest  | edges   | found  | kept   | crashes |'
  echo '| ---------- | -----------: | --------: | -------: | ------: | -----: | -----: | ------: |'
  for target in $targets; do row "$target"; done
} | if [ -n "$table" ]; then tee "$table"; else cat; fi
if [ -n "$failed" ]; then
  echo "error: broken:$failed; the inputs are in $out/crashes" >&2
  exit 1
fi
