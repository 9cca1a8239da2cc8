"""The repositories that the benchmarks push, made by `git fast-import`, isolated from the machine's configuration."""

import json
import os
import random
import shutil
import subprocess
from pathlib import Path

ZERO = "0" * 40
TRAILERS = "Approved-by: ml-opsリード\nApproved-by: ビジネスユニットLG\n"

MANIFEST = """\
apiVersion: mlops/v1
kind: ModelDeployment
metadata:
  name: {name}
  namespace: production
spec:
  model:
    registry: s3://ml-models/company/
    name: {name}
    version: {version} # Reference to registered model version
  environment: production
  serving:
    replicas: 3
    resources:
      cpu: "2"
      memory: 4Gi
    inference_endpoint: /v1/predict/{name}
  drift_config:
    monitor_interval_hours: 6
    alert_threshold: 0.12
    auto_rollback_threshold: 0.18
    reference_window_size: 1000
  promotion_criteria:
    shadow_test_passed: true
    evaluation_metrics:
      silhouette_score: ">0.45"
      inference_latency_p99: "<100ms"
    approval_required: true
    approvers:
      - ml-opsリード
      - ビジネスユニットLG
"""


def environment(home, **more):
    """The environment of every command: the machine's git configuration and hooks' variables are left out."""
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "GL_", "GITHUB_"))}
    return inherited | {
        "HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_TERMINAL_PROMPT": "0",
        "LC_ALL": "C.UTF-8",
        **more,
    }


def git(*arguments, cwd=None, env, data=None):
    """Runs git and gives its output."""
    command = ["git", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=env, input=data, stdout=subprocess.PIPE, check=True).stdout


def model_name(index):
    """The name of the n-th model."""
    return f"model-{index:04}"


def version_name(number):
    """The n-th version of any model."""
    return f"v1.{number}.0"


def manifest_path(name):
    """Where a model's manifest stands."""
    return f"deployments/production/{name}.yaml"


def evidence_path(name, version):
    """Where a version's evidence stands."""
    return f"models/{name}/{version}/metadata.json"


def manifest(name, version):
    """A manifest like the seed's."""
    return MANIFEST.format(name=name, version=version)


def evidence(name, version, score=0.47):
    """The evidence of a version, with what the manifest's thresholds ask for."""
    metrics = {"silhouette_score": score, "inference_latency_p99": "87ms", "error_rate": {"value": 0.4, "unit": "%"}}
    record = {"name": name, "version": version, "metrics": metrics, "shadow_test": {"passed": True}, "artifacts": []}
    return json.dumps(record, indent=2) + "\n"


class Importer:
    """A running `git fast-import`."""

    def __init__(self, path, env):
        self.path, self.env, self.mark = Path(path), env, 0
        git("init", "-q", "--bare", "--initial-branch=main", path, env=env)
        self.marks = self.path / "marks"
        self.process = subprocess.Popen(
            ["git", "fast-import", "--quiet", f"--export-marks={self.marks}"], cwd=path, env=env, stdin=subprocess.PIPE
        )

    def commit(self, branch, message, files, parent=None, author="Dana Developer <dana@example.com>"):
        """Commits these files on top of the branch, or of the commit with this mark; gives the new commit's mark."""
        self.mark += 1
        write = self.process.stdin.write
        when = 1_767_225_600 + self.mark
        text = message.encode()
        write(f"commit refs/heads/{branch}\nmark :{self.mark}\n".encode())
        write(f"author {author} {when} +0000\ncommitter {author} {when} +0000\n".encode())
        write(b"data %d\n%s\n" % (len(text), text))
        if parent:
            write(f"from :{parent}\n".encode())
        for path, content in files:
            data = content.encode()
            write(b"M 100644 inline %s\ndata %d\n%s\n" % (path.encode(), len(data), data))
        return self.mark

    def finish(self):
        """Ends the import; the commits' names in the order of their marks."""
        self.process.stdin.close()
        if self.process.wait() != 0:
            raise SystemExit("error: git fast-import failed")
        names = {}
        for line in self.marks.read_text().splitlines():
            mark, name = line.split()
            names[int(mark[1:])] = name
        self.marks.unlink()
        return [names[mark] for mark in sorted(names)]


class History:
    """A developer's repository with a line of promotions: `commits[0]` is the base, each later one promotes a model."""

    def __init__(self, folder, models, promotions, env):
        self.models, self.env = models, env
        self.source, self.host = Path(folder) / "source.git", Path(folder) / "host.git"
        record = Path(folder) / "commits.json"
        if record.exists():
            self.commits = json.loads(record.read_text())
            return
        Path(folder).mkdir(parents=True)
        self.commits = self._import(promotions)
        # without bitmaps, which a developer's repository does not have
        git("-c", "repack.writeBitmaps=false", "gc", "-q", cwd=self.source, env=env)
        # the receiving side holds the base alone, packed as a host's maintenance leaves it
        git("init", "-q", "--bare", "--initial-branch=main", self.host, env=env)
        git("push", "-q", self.host, f"{self.commits[0]}:refs/heads/main", cwd=self.source, env=env)
        git("gc", "-q", cwd=self.host, env=env)
        record.write_text(json.dumps(self.commits))

    def _import(self, promotions):
        importer = Importer(self.source, self.env)
        names = [model_name(index) for index in range(self.models)]
        versions = [version_name(number) for number in range(2 + promotions // self.models)]
        files = [(manifest_path(name), manifest(name, versions[0])) for name in names]
        files += [(evidence_path(name, version), evidence(name, version)) for name in names for version in versions]
        importer.commit("main", "Publish the models\n", files)
        # each model once in every round, in an order that no cache can foresee
        chance, order, current = random.Random(2), [], dict.fromkeys(names, 0)
        for _ in range(promotions):
            if not order:
                order = chance.sample(names, len(names))
            name = order.pop()
            current[name] += 1
            version = versions[current[name]]
            message = f"Promote {name} to {version}\n\nThe shadow test passed.\n\n{TRAILERS}"
            importer.commit("main", message, [(manifest_path(name), manifest(name, version))])
        return importer.finish()

    def receiving(self, path):
        """A fresh copy of the host's repository."""
        shutil.rmtree(path, ignore_errors=True)
        shutil.copytree(self.host, path)
        return Path(path)

    def quarantine(self, bare, count):
        """What receive-pack has at hand when it starts pre-receive for the first `count` promotions.

        The objects lie in a quarantine folder, as a pack or (below `receive.unpackLimit`) loose, as in a real push;
        gives the environment of the hook and the line on its stdin.
        """
        folder = bare / "objects" / f"tmp_objdir-incoming-{count}"
        (folder / "pack").mkdir(parents=True)
        incoming = self.env | {
            "GIT_DIR": ".",
            "GIT_OBJECT_DIRECTORY": str(folder),
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": str(bare / "objects"),
            "GIT_QUARANTINE_PATH": str(folder),
        }
        old, new = self.commits[0], self.commits[count]
        options = ["--revs", "--thin", "--stdout", "--delta-base-offset", "-q"]
        pack = git("pack-objects", *options, cwd=self.source, env=self.env, data=f"{new}\n^{old}\n".encode())
        objects = int.from_bytes(pack[8:12], "big")
        unpack = ["unpack-objects", "-q"] if objects < 100 else ["index-pack", "--stdin", "--fix-thin"]
        git(*unpack, cwd=bare, env=incoming, data=pack)
        line = bare / f"stdin-{count}"
        line.write_text(f"{old} {new} refs/heads/main\n")
        return incoming, line
