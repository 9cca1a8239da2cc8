#!/bin/sh
# Installs what tests use beside the product: receivers and parsers that others wrote, and strace. Debian's packages by
# apt, PyPI's into .build/tools. Where that is not possible the tests that need them say so and are skipped, but for CI
# (CI=true), where everything has to be there.

set -eu
cd "$(dirname -- "$0")/.."
tools=.build/tools

missing=
for program in webhook strace; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
as_root=
[ "$(id -u)" -eq 0 ] || as_root='sudo -n'
if [ -n "$missing" ] && command -v apt-get >/dev/null; then
  echo "installing$missing"
  export DEBIAN_FRONTEND=noninteractive
  # shellcheck disable=SC2086 # lists of words
  {
    $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq &&
      $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing
  } >/dev/null || echo "warning:$missing could not be installed" >&2
fi

# A version that is named is a version that was tried.
wanted='cloudevents==2.2.0'
if ! [ -f "$tools/wanted" ] || [ "$(cat "$tools/wanted")" != "$wanted" ]; then
  echo "installing $wanted into $tools"
  rm -rf "$tools/venv"
  mkdir -p "$tools"
  # shellcheck disable=SC2086 # a list of words
  if python3 -m venv "$tools/venv" && "$tools/venv/bin/pip" install --quiet --disable-pip-version-check $wanted; then
    printf '%s\n' "$wanted" >"$tools/wanted"
  else
    echo "warning: $wanted could not be installed" >&2
  fi
fi

[ "${CI-}" = true ] || exit 0
for program in webhook strace "$tools/venv/bin/python"; do
  command -v "$program" >/dev/null || {
    echo "error: $program is not there, and CI does not skip tests" >&2
    exit 1
  }
done
