#!/bin/sh
# Installs, by apt, what building and testing need and is not there yet. The Swift toolchain itself is not among it.

set -eu

wanted='git make libgit2-dev libyaml-dev libpcre2-dev zlib1g-dev libhttp-parser-dev libmbedtls-dev openssh-client'

command -v swift >/dev/null || {
  echo 'error: there is no Swift toolchain: see https://www.swift.org/install/linux/' >&2
  exit 1
}

installed() { [ "$(dpkg-query -W -f='${Status}' "$1" 2>/dev/null)" = 'install ok installed' ]; }

if ! command -v dpkg-query >/dev/null; then
  echo "warning: not a Debian system; building needs what Debian calls: $wanted" >&2
  exit 0
fi

missing=
for package in $wanted; do
  case $package in
    git | make) command -v "$package" >/dev/null || missing="$missing $package" ;;
    *) installed "$package" || missing="$missing $package" ;;
  esac
done
[ -n "$missing" ] || exit 0

as_root=
[ "$(id -u)" -eq 0 ] || as_root=sudo
echo "installing$missing"
export DEBIAN_FRONTEND=noninteractive
# shellcheck disable=SC2086 # a list of package names
{
  $as_root apt-get -o DPkg::Lock::Timeout=300 update -qq
  $as_root apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends $missing
} >/dev/null
