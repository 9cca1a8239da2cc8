#!/bin/sh
# Starts Triton Inference Server on the processor, for tests: PyPI's nvidia-pytriton brings the server and its Python
# backend, and scripts/test-tools.sh installs it. The arguments are the server's.

set -eu
tools=$(cd "$(dirname -- "$0")/.." && pwd)/.build/tools/triton
python=$tools/bin/python
[ -x "$python" ] || {
  echo "error: Triton is not installed; scripts/test-tools.sh does it" >&2
  exit 1
}
site=$("$python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
version=$("$python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
libraries=$("$python" -c 'import sysconfig; print(sysconfig.get_config_var("LIBDIR"))')
server=$site/pytriton/tritonserver
backends=$tools/backends-$version
# The backend looks for its stub beside itself, which is another one for each version of Python.
if [ ! -d "$backends" ]; then
  fresh=$backends.new.$$
  cp -r "$server/backends" "$fresh"
  cp "$server/python_backend_stubs/$version/"* "$fresh/python/"
  mv "$fresh" "$backends" 2>/dev/null || rm -rf "$fresh"
fi
export LD_LIBRARY_PATH="$site/nvidia_pytriton.libs:$libraries${LD_LIBRARY_PATH+:$LD_LIBRARY_PATH}"
export PYTHONPATH="$site" PATH="$tools/bin:$PATH"
# Who starts it from a thread that blocks signals would not be able to end it.
unblock='import os, signal, sys
signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})
os.execv(sys.argv[1], sys.argv[1:])'
exec "$python" -c "$unblock" "$server/bin/tritonserver" --backend-directory="$backends" --allow-gpu-metrics=false "$@"
