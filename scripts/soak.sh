#!/bin/sh
# Runs what proves the gate at full size, and writes the table of docs/reliability.md: scripts/soak.sh [--sample]
#
# Hours on two cores. With --sample the sizes are those of every run of the tests, which takes minutes; the page says
# which of the two it was. Fuzzing is apart: `make fuzz RUNS=20000000` goes on where it was.
set -eu

cd "$(dirname -- "$0")/.."
sizes=full
export MLOPS_SOAK=1
case ${1-} in
  --sample) sizes='those of every run of the tests' && MLOPS_SOAK=0 ;;
  '') ;;
  *) echo "usage: $0 [--sample]" >&2 && exit 2 ;;
esac

figures=$(mktemp)
trap 'rm -f "$figures"' EXIT
export MLOPS_FIGURES="$figures" CI=true
swift build --build-tests
suites='DifferentialTests|ExactDecimalTests|ThresholdTests|JudgementPropertyTests|FailClosedTests|ResourceTests|ReconcilerKillTests|RelayKillTests|AuditFieldTests|PropertyTests'
swift test --skip-build --filter "$suites"

{
  cat <<END
# Reliability

What the tests of a soak (\`make soak\`) did and found, written by \`scripts/soak.sh\`. No row may name a difference, a fault
or an acceptance: a test that finds one fails, and this page is not written. What libFuzzer did is told in
[fuzzing](fuzzing.md), which \`scripts/fuzz.sh --page\` writes.

$(date -u +%Y-%m-%d), at $(git rev-parse --short HEAD); sizes: $sizes; $(git --version), $(nproc) cores.

| what | figure |
| --- | --- |
END
  # Parts of one row are told together, in their order.
  LC_ALL=C sort -V "$figures"
} >docs/reliability.md
echo "docs/reliability.md is written"
