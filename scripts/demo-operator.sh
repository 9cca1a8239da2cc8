#!/bin/sh
# shellcheck disable=SC2016 # backticks in messages are quotation marks
#
# All of it on one machine: a promotion through the gate, MLServer that serves it, drift in Prometheus, the rollback that
# the operator pushes through the same gate, MLServer that serves the old version again, and the history that tells it.
# Nothing outside a temporary folder is touched, but for the build and the tools that scripts/test-tools.sh installs.
#
#   KEEP=1 scripts/demo-operator.sh     leaves the folder, and says where it is
#   BIN=DIR scripts/demo-operator.sh    takes executables that are built, instead of building them

set -eu

source=$(cd "$(dirname "$0")/.." && pwd -P)
place=$(mktemp -d "${TMPDIR:-/tmp}/mlops-operator.XXXXXXXX")
servers=
finish() {
  for pid in $servers; do kill "$pid" 2>/dev/null || true; done
  for pid in $servers; do wait "$pid" 2>/dev/null || true; done
  if [ "${KEEP-}" = 1 ]; then echo "kept: $place"; else rm -rf "$place"; fi
}
trap finish EXIT
trap 'exit 1' HUP INT PIPE TERM

title() { printf '\n== %s\n\n' "$1"; }
show() {
  printf '$ %s\n' "$*"
  "$@"
}

# until_ok SECONDS WHAT COMMAND...: waits until a command succeeds.
until_ok() {
  left=$(($1 * 10))
  what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    left=$((left - 1))
    if [ "$left" -le 0 ]; then
      echo "error: $what did not come" >&2
      for log in "$place"/*.log; do echo "--- ${log##*/}" >&2 && tail -n 20 "$log" >&2; done
      exit 1
    fi
    sleep 0.1
  done
}

title 'tools, the first time: MLServer, Prometheus and its pushgateway'
"$source/scripts/test-tools.sh"
mlserver=$source/.build/tools/mlserver/bin/mlserver

if [ -n "${BIN-}" ]; then
  install_from="--from $BIN"
else
  install_from=
fi
prefix=$place/prefix
title 'building (the first time takes minutes), and installing into a temporary folder'
# shellcheck disable=SC2086 # two words or none
"$source/install.sh" --prefix "$prefix" $install_from
PATH=$prefix/bin:$PATH

# From here on, nothing of this machine's git configuration counts.
unset XDG_CONFIG_HOME
# shellcheck disable=SC2046 # names of variables, one a word
unset $(git rev-parse --local-env-vars)
export HOME="$place" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$place/gitconfig" GIT_TERMINAL_PROMPT=0
git config --global user.name 'Haruka Sato'
git config --global user.email haruka@example.com
git config --global init.defaultBranch main
git config --global advice.detachedHead false

# ports N: free ports of this machine.
ports=$(python3 - <<'P'
import socket
held = [socket.socket() for _ in range(6)]
for one in held: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))
P
)
# shellcheck disable=SC2086 # a list of words
set -- $ports
http=$1 grpc=$2 stats=$3 prometheus=$4 gateway=$5 operator=$6

title 'a gated repository, and one model in it: it multiplies, v1.0.0 by 2 and v2.0.0 by 3'
git init -q --bare "$place/models.git"
# shellcheck disable=SC2086 # two words or none
"$source/install.sh" --prefix "$prefix" $install_from --repo "$place/models.git" >/dev/null
mkdir -p "$place/triggers" "$place/runtime" "$place/served"
git -C "$place/models.git" config mlops.sink.operator.directory "$place/triggers"
cat >"$place/runtime/multiply.py" <<'P'
from mlserver import MLModel
from mlserver.codecs import NumpyCodec
from mlserver.types import InferenceResponse
from mlserver.utils import get_model_uri


class Multiply(MLModel):
    async def load(self) -> bool:
        with open(await get_model_uri(self.settings)) as file:
            self.factor = float(file.read())
        return True

    async def predict(self, payload):
        numbers = NumpyCodec.decode_input(payload.inputs[0]) * self.factor
        output = NumpyCodec.encode_output("y", numbers)
        return InferenceResponse(model_name=self.name, model_version=self.version, outputs=[output])
P
models=$place/models
mlops-hook init "$models" --name multiply --approver 'Aiko Tanaka <aiko@example.com>' \
  --approver 'Ken Mori <ken@example.com>' >/dev/null
cd "$models"
git remote add origin "$place/models.git"
# A small model needs no git-lfs, and staging is where this demonstration runs: nobody has to approve there.
git rm -q --cached .gitattributes && rm .gitattributes
publish() {
  echo "$2" >"$place/factor.txt"
  echo '{"accuracy": 0.95, "inference_latency_p99": "82ms"}' >"$place/metrics.json"
  mlops-hook register multiply "$1" --metrics "$place/metrics.json" --artifact "$place/factor.txt" \
    --shadow-test-passed >/dev/null
}
rm -r models/multiply/v1.0.0
publish v1.0.0 2
publish v2.0.0 3
manifest=deployments/staging/multiply.yaml
sed 's/^\( *monitor_interval_hours:\).*/\1 0.0005/; s/^\( *version:\).*/\1 v1.0.0/' "$manifest" >"$place/manifest"
cat "$place/manifest" >"$manifest"
git add -A
git commit -q -m 'Begin with multiply v1.0.0'
git push -q -u origin main

title 'MLServer, Prometheus and the pushgateway start'
cat >"$place/served/settings.json" <<J
{"host": "127.0.0.1", "http_port": $http, "grpc_port": $grpc, "metrics_port": $stats, "parallel_workers": 0,
 "metrics_dir": "$place/metrics"}
J
mkdir -p "$place/metrics" "$place/tsdb"
(cd "$place/served" && exec env PYTHONPATH="$place/runtime" "$mlserver" start .) >"$place/mlserver.log" 2>&1 &
servers="$servers $!"
prometheus-pushgateway --web.listen-address="127.0.0.1:$gateway" >"$place/gateway.log" 2>&1 &
servers="$servers $!"
cat >"$place/prometheus.yml" <<Y
global: {scrape_interval: 1s}
scrape_configs:
  - {job_name: drift, honor_labels: true, static_configs: [{targets: ["127.0.0.1:$gateway"]}]}
Y
prometheus --config.file="$place/prometheus.yml" --storage.tsdb.path="$place/tsdb" \
  --web.listen-address="127.0.0.1:$prometheus" >"$place/prometheus.log" 2>&1 &
servers="$servers $!"
ask() { curl --silent --fail --noproxy '*' --max-time 5 "$@"; }
until_ok 60 MLServer ask "http://127.0.0.1:$http/v2/health/live"
until_ok 20 Prometheus ask "http://127.0.0.1:$prometheus/-/ready"

title 'the operator starts'
cat >"$place/targets.yaml" <<Y
apiVersion: mlops/v1
kind: ReconcileTargets
metadata: {name: demo}
spec:
  environments:
    staging:
      endpoints:
        - name: mlserver
          adapter: open-inference
          server: mlserver
          url: http://127.0.0.1:$http
          path: $place/served
          implementation: multiply.Multiply
      drift:
        prometheus: http://127.0.0.1:$prometheus
        query: 'max(drift_score{model="{model}",version="{version}"})'
Y
cat "$place/targets.yaml"
(
  export GIT_AUTHOR_NAME=Reconciler GIT_COMMITTER_NAME=Reconciler
  exec mlops-reconciler run --repository "$place/models.git" --environment staging --targets "$place/targets.yaml" \
    --state "$place/state" --interval 2 --trigger-directory "$place/triggers" --http "127.0.0.1:$operator" --publish
) >"$place/operator.log" 2>&1 &
servers="$servers $!"

request='{"inputs": [{"name": "x", "shape": [1], "datatype": "FP64", "data": [7]}]}'
# answers VERSION NUMBER: whether 7 times the factor of a version comes back, and no other version is there.
answers() {
  ask -H 'content-type: application/json' -d "$request" \
    "http://127.0.0.1:$http/v2/models/multiply/versions/$1/infer" | grep -q "\"data\": *\[$2"
}
gone() { ! ask "http://127.0.0.1:$http/v2/models/multiply/versions/$1/ready" >/dev/null; }
until_ok 60 'the answer of v1.0.0' answers v1.0.0 14
echo 'MLServer answers with v1.0.0: 7 is 14'

title 'a promotion through the gate'
show mlops-hook propose multiply --to staging --version v2.0.0 --promote
until_ok 60 'the answer of v2.0.0' answers v2.0.0 21
until_ok 20 'the end of v1.0.0' gone v1.0.0
echo 'MLServer answers with v2.0.0: 7 is 21'

title 'drift of v2.0.0 over its threshold'
printf 'drift_score 0.9\n' | show ask --data-binary @- \
  "http://127.0.0.1:$gateway/metrics/job/drift/model/multiply/version/v2.0.0"
rolled_back() {
  git -C "$place/models.git" log -1 --format=%B main | grep -q '^Drift-Score: 0.9$'
}
until_ok 60 'the rollback' rolled_back
show git -C "$place/models.git" --no-pager log -1 --format='%an <%ae>%n%n%B' main
until_ok 60 'the answer of v1.0.0' answers v1.0.0 14
until_ok 20 'the end of v2.0.0' gone v2.0.0
echo 'MLServer answers with v1.0.0 again: 7 is 14'

title 'the history tells it'
git pull -q --ff-only
show mlops-hook history multiply --env staging
show mlops-reconciler status --environment staging --state "$place/state"
