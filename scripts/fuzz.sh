#!/bin/sh
# Fuzzes the readers of hostile input with libFuzzer: scripts/fuzz.sh [TARGET…] [--runs N | --seconds N] [--page]
#
# A minute a target, unless told otherwise; with --runs each target goes on until it has run so many inputs in all,
# those of earlier calls counted as long as the code is the same. What was found is kept in .build-fuzz/corpus/TARGET,
# what broke in .build-fuzz/crashes/TARGET: a crash goes into Tests/Corpus/TARGET, which `make test` replays, and its
# cause is mended. With --page nothing is run, and docs/fuzzing.md is written from what was counted. Two calls with
# other targets may run beside each other; a call that is stopped (by SIGTERM) has counted what it did.
set -eu

cd "$(dirname -- "$0")/.."
root=$PWD
out=$root/.build-fuzz
seconds=60
runs=
page=
targets=
build=yes
while [ $# -gt 0 ]; do
  case $1 in
    --runs) runs=$2 && shift ;;
    --seconds) seconds=$2 && shift ;;
    --page) page=yes ;;
    --no-build) build= ;;
    -*) echo "usage: $0 [TARGET…] [--runs N | --seconds N] [--page] [--no-build]" >&2 && exit 2 ;;
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

# What is fuzzed, and the targets.
code='Sources/GitObjects Sources/YAMLTree Sources/ManifestCore Sources/Delivery/DeliveryEvent.swift Sources/CYAML
  Sources/CGit2 Sources/CCrypto Sources/CRuntime'
tests='Tests/FuzzTests/Targets Tests/FuzzTests/Driver'

# The modules that read, and the targets, each with the instrumentation; the C libraries have none.
#
# SwiftPM would build the package's dependencies too, and knows no instrumentation for some modules alone. swiftc's own
# (-sanitize=fuzzer) also tells libFuzzer of every comparison, which took half of the time and found no more: here clang
# counts the edges of what swiftc has optimised. The functions without a name get one, which clang wants, and none is
# used but by another: a program has, and counts, only what its target can reach. Everything runs in one thread, so
# counts of references need not be atomic.
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
    -assume-single-threaded -emit-module -emit-module-path "$out/$module.swiftmodule" -emit-ir -o "$out/$module.ll" \
    -I "$out" -I "$out/modules" "$@"
  names=$(sed -nE 's/^define.* @([0-9]+)\(.*/s%([^a-zA-Z0-9])@\1([^0-9]|$)%\\1@unnamed.\1\\2%g/p' \
    "$out/$module.ll")
  sed -i -E -e '/^@llvm.used = /d' -e 's/^attributes #[0-9]+ = \{/& "frame-pointer"="all"/' -e "$names" \
    "$out/$module.ll"
  clang -Wno-override-module -O0 -fsanitize-coverage=edge,inline-8bit-counters,pc-table -S -emit-llvm \
    -o "$out/$module.counted.ll" "$out/$module.ll"
  clang -Wno-override-module -O2 -Xclang -disable-llvm-passes -ffunction-sections -fdata-sections -fPIC -c \
    -o "$out/$module.o" "$out/$module.counted.ll"
  rm "$out/$module.ll" "$out/$module.counted.ll"
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
  }
  # What Swift's runtime looks up by itself is named by nothing.
  {
    echo 'SECTIONS {'
    for section in protocols protocol_conformances type_metadata type_metadata_2 builtin assocty mpenum; do
      echo "  swift5_$section : { KEEP(*(swift5_$section)) }"
    done
    echo '} INSERT AFTER .rodata;'
  } >"$out/keep.ld"
  for target in $all; do
    echo "int fuzz_$target(const unsigned char *, unsigned long);
      int LLVMFuzzerTestOneInput(const unsigned char *start, unsigned long count) {
        return fuzz_$target(start, count);
      }" |
      clang -O2 -x c -c -o "$out/$target.o" -
    # shellcheck disable=SC2086
    swiftc -sanitize=fuzzer -use-ld=lld -Xlinker --gc-sections -Xlinker -T -Xlinker "$out/keep.ld" \
      -o "$out/fuzz-$target" "$out/$target.o" $objects -l:libgit2.a -l:libpcre2-8.a -l:libz.a -l:libhttp_parser.a \
      -l:libmbedcrypto.a -l:libyaml.a
  done
  touch "$out/built"
}

# shellcheck disable=SC2086
newest() { find $code $tests -newer "$out/built" -type f | head -1; }
if [ -n "$build" ] && [ -z "$page" ] && { [ ! -f "$out/built" ] || [ -n "$(newest)" ]; }; then build; fi

# What stands for the code that is run: an execution of other code does not count.
# shellcheck disable=SC2086
version=$(find $code -type f | LC_ALL=C sort | xargs cat | sha256sum | cut -c1-12)

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

# How many inputs of this code a target has been given by all calls, what they reached, and how many a second.
total() { awk -v version="$version" '$1 == version { n += $2 } END { printf "%d", n }' "$out/runs/$1"; }
edges() { awk -v version="$version" '$1 == version && $3 > n { n = $3 } END { printf "%d", n }' "$out/runs/$1"; }
speed() {
  awk -v version="$version" '$1 == version && $4 > 0 { n += $2; s += $4 } END { printf "%d", s ? n / s : 0 }' \
    "$out/runs/$1"
}

# The seconds of the processor that a target took since some number of them, as `times` has told it.
spent() {
  sed -n '2s/[ms]/ /gp' "$out/logs/$1.times" | awk -v before="$2" '{ printf "%.2f", $1 * 60 + $2 + $3 * 60 + $4 - before }'
}

child=
stopped=
stop() {
  stopped=yes
  [ -z "$child" ] || kill "$child" 2>/dev/null || true
}
trap stop INT TERM

# Runs a target for some time or some inputs, and counts them.
#
# The time limit of an input is of the clock: a busy machine may leave a process of low priority waiting for a minute.
round() {
  target=$1
  limit=$2
  mkdir -p "$out/corpus/$target" "$out/crashes/$target" "$out/logs"
  dictionary=
  [ ! -f "Tests/FuzzTests/Dictionaries/$target.dict" ] || dictionary="-dict=Tests/FuzzTests/Dictionaries/$target.dict"
  log=$out/logs/$target.log
  times >"$out/logs/$target.times"
  before=$(spent "$target" 0)
  # shellcheck disable=SC2086
  SWIFT_BACKTRACE=enable=no "$out/fuzz-$target" $limit $dictionary -max_len="$(longest "$target")" \
    -timeout=300 -report_slow_units=60 -rss_limit_mb=512 -print_final_stats=1 -reload=0 \
    -artifact_prefix="$out/crashes/$target/" "$out/corpus/$target" "Tests/Corpus/$target" >"$log" 2>&1 &
  child=$!
  status=0
  wait "$child" || status=$?
  # A signal to this script ends the first wait, not the child.
  wait "$child" 2>/dev/null || true
  rm -rf "/dev/shm/mlops-fuzz-$child" "/tmp/mlops-fuzz-$child"
  child=
  # What was stopped has no statistics at its end, and has said how far it was.
  done=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)
  [ -n "$done" ] || done=$(sed -n 's/^#\([0-9]*\)[^0-9].*/\1/p' "$log" | tail -1)
  edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -1)
  times >"$out/logs/$target.times"
  echo "$version ${done:-0} ${edges:-0} $(spent "$target" "$before")" >>"$out/runs/$target"
  [ -n "$stopped" ] || [ "$status" -eq 0 ]
}

# Leaves of what was found what adds something: libFuzzer keeps what it has found a shorter input for.
prune() {
  [ "$(find "$out/corpus/$1" -type f | wc -l)" -gt 3000 ] || return 0
  rm -rf "$out/pruned-$1"
  mkdir "$out/pruned-$1"
  if SWIFT_BACKTRACE=enable=no "$out/fuzz-$1" -merge=1 -max_len="$(longest "$1")" "$out/pruned-$1" "$out/corpus/$1" \
    >"$out/logs/$1.log" 2>&1; then
    rm -r "$out/corpus/$1"
    mv "$out/pruned-$1" "$out/corpus/$1"
  else
    rm -r "$out/pruned-$1"
  fi
}

# Runs a target as long as it is asked for; in parts, so that no more than one of them is lost with the machine.
fuzz() {
  mkdir -p "$out/runs" "$out/logs" "$out/corpus/$1"
  touch "$out/runs/$1"
  prune "$1"
  if [ -z "$runs" ]; then
    round "$1" "-max_total_time=$seconds"
    return
  fi
  while [ -z "$stopped" ]; do
    left=$((runs - $(total "$1")))
    [ "$left" -gt 0 ] || return 0
    round "$1" "-runs=$((left < 1000000 ? left : 1000000))" || return 1
  done
}

row() {
  target=$1
  log=$out/logs/$target.log
  [ -f "$out/runs/$target" ] || return 0
  count=$(total "$target")
  reachable=$(sed -n 's/^INFO: Loaded 1 modules *(\([0-9]*\) inline.*/\1/p' "$log")
  kept=$(find "Tests/Corpus/$target" -type f | wc -l)
  found=$(sed -n 's/.* corp: \([0-9]*\).*/\1/p' "$log" | tail -1)
  crashes=$(find "$out/crashes/$target" -type f ! -name 'slow-unit-*' | wc -l)
  printf '| %s | %s | %s | %s | %s of %s | %s | %s | %s |\n' "$target" "$(grouped "$count")" \
    "$(grouped "$(speed "$target")")" "$(longest "$target")" \
    "$(grouped "$(edges "$target")")" "$(grouped "${reachable:-0}")" "$(grouped "${found:-0}")" "$kept" "$crashes"
}

# A number with commas.
grouped() { echo "$1" | sed -e ':a' -e 's/\([0-9]\)\([0-9]\{3\}\)\($\|,\)/\1,\2\3/' -e 'ta'; }

table() {
  echo '| target | executions | a second | longest | edges | found | kept | crashes |'
  echo '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
  for target in $targets; do row "$target"; done
}

if [ -n "$page" ]; then
  {
    cat <<END
# Fuzzing

What libFuzzer did with the readers of hostile input (\`make fuzz\`), written by \`scripts/fuzz.sh --page\`. Each target is a
file of [Tests/FuzzTests/Targets](../Tests/FuzzTests/Targets/FuzzTarget.swift). Every run of the tests replays what is
kept in \`Tests/Corpus\`.

$(date -u +%Y-%m-%d), at $(git rev-parse --short HEAD); every execution that is counted was one of this code. The aim is
20 million each.

$(table)

*executions*: inputs that were read and checked. *a second*: of the processor. *longest*: bytes of an input. *edges*:
reached by the target, of those that its program holds; much of that is what the reader's types can do for others.
*found*: inputs of which each reaches something more. *kept*: those in the repository. *crashes*: inputs that broke a
promise of this code.

A target runs its reader, and whatever must hold of what was read, for each input. What findings look like in a report is
tried with every fourth input that has any, and in a format of machines with every 32nd: it takes many times as long.
END
  } >docs/fuzzing.md
  echo "docs/fuzzing.md is written"
  exit 0
fi

failed=
for target in $targets; do
  [ -z "$stopped" ] || break
  echo "fuzzing $target" >&2
  if ! fuzz "$target"; then
    failed="$failed $target"
    grep -a -m1 -e 'BROKEN PROMISE' -e 'Fatal error' -e '[eE][rR][rR][oO][rR]: ' "$out/logs/$target.log" >&2 || true
  fi
done
table
if [ -n "$failed" ]; then
  echo "error: broken:$failed; the inputs are in $out/crashes, the words in $out/logs" >&2
  exit 1
fi
