#!/bin/sh
# shellcheck disable=SC2016 # backticks in messages are quotation marks
#
# A throw-away bare repository with the gate: a first push, a promotion that is refused for three reasons at once, its
# corrected form, and the trigger that it left. Nothing outside a temporary folder is touched, but for the build.
#
#   KEEP=1 scripts/demo.sh     leaves the folder, and says where it is

set -eu

source=$(cd "$(dirname "$0")/.." && pwd -P)
place=$(mktemp -d "${TMPDIR:-/tmp}/mlops-demo.XXXXXXXX")
if [ "${KEEP-}" = 1 ]; then
  trap 'echo "kept: $place"' EXIT
else
  trap 'rm -rf "$place"' EXIT
fi
trap 'exit 1' HUP INT PIPE TERM
prefix=$place/prefix server=$place/models.git clone=$place/clone

title() { printf '\n== %s\n\n' "$1"; }

# show COMMAND...: prints a command as it would be typed, and runs it.
show() {
  printf '$ %s\n' "$*"
  "$@"
}

# publish VERSION SILHOUETTE DIGEST: commits a version with its evidence.
publish() {
  folder=models/customer-segmentation/$1
  mkdir -p "$folder"
  printf 'version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 52428800\n' "$3" >"$folder/model.onnx"
  cat >"$folder/metadata.json" <<JSON
{
  "name": "customer-segmentation",
  "version": "$1",
  "metrics": {"silhouette_score": $2, "inference_latency_p99": "92ms"},
  "shadow_test": {"passed": true},
  "artifacts": [{"path": "model.onnx", "sha256": "$3", "size": 52428800}]
}
JSON
  git add "$folder"
  git commit -q -m "Publish customer-segmentation $1"
}

# edit EXPRESSION: changes production's manifest.
manifest=deployments/production/customer-segmentation.yaml
edit() {
  sed "$1" "$manifest" >"$place/manifest"
  cat "$place/manifest" >"$manifest"
}

title 'building (the first time takes a minute), and installing into a temporary folder'
"$source/install.sh" --prefix "$prefix"

# From here on, nothing of this machine's git configuration counts.
unset XDG_CONFIG_HOME
# shellcheck disable=SC2046 # names of variables, one a word
unset $(git rev-parse --local-env-vars)
export HOME="$place" GIT_CONFIG_NOSYSTEM=1 GIT_CONFIG_GLOBAL="$place/gitconfig" GIT_TERMINAL_PROMPT=0
git config --global user.name 'Haruka Sato'
git config --global user.email haruka@example.com
git config --global advice.detachedHead false

title 'a bare repository, with the gate'
show git init -q --bare --initial-branch=main "$server"
show "$source/install.sh" --prefix "$prefix" --repo "$server"

title 'the first push: the model repository as it stands'
git init -q --initial-branch=main "$clone"
cp -R "$source/examples/customer-segmentation/." "$clone"
cd "$clone"
git remote add origin "$server"
git add -A
git commit -q -m 'Declare what production serves'
show git push -u origin main || exit 1

title 'a promotion to v2.5.0, with three things wrong'
publish v2.5.0 0.41 6a1f0c9e3b7d52484c0fb9e6d8a31725f0c4be97128d63a5e7f4092b1c8d6e35
edit 's/version: v2.4.1/version: v2.5.0/; s/drift_config:/drift_confg:/'
git commit -q -a -m 'Promote customer-segmentation to v2.5.0

Approved-by: ml-opsリード'
show git --no-pager log -p -1 --format='%an <%ae>%n%n%B' -- "$manifest"
echo
if show git push origin main; then
  echo 'error: the push should have been refused' >&2
  exit 1
fi

title 'its corrected form: a better model, both approvals, the field spelt right'
git reset -q --hard origin/main
publish v2.5.1 0.48 b7c2d95f40e81a63fd0b7e294c518f36a9de07b2854c13f6e0a98d7c42b5f1e0
edit 's/version: v2.4.1/version: v2.5.1/'
git commit -q -a -m 'Promote customer-segmentation to v2.5.1

Approved-by: ml-opsリード
Approved-by: ビジネスユニットLG'
show git push origin main || exit 1

title 'the triggers that lie in the outbox, for whoever reconciles'
triggers=0
for trigger in "$server"/mlops/outbox/local/*.json; do
  [ -f "$trigger" ] || continue
  triggers=$((triggers + 1))
  printf '%s\n' "mlops/outbox/local/${trigger##*/}"
  if command -v python3 >/dev/null; then
    python3 -m json.tool --no-ensure-ascii "$trigger"
  else
    cat "$trigger"
  fi
  echo
done
if [ "$triggers" -eq 0 ]; then
  echo 'error: there is no trigger' >&2
  exit 1
fi
