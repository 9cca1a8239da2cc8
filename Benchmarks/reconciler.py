"""What the reconciler is measured on: repositories whose models lie in git, places to reconcile, and running operators."""

import hashlib
import json
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from repositories import TRAILERS, Importer, evidence, evidence_path, git, manifest, manifest_path, version_name

CLOCK_TICKS = os.sysconf("SC_CLK_TCK")
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n"


def model(number):
    """The name of the n-th of up to 100,000 models."""
    return f"model-{number:05}"


def published(name, version, size):
    """The files of a version: its model, and evidence that lists it."""
    content = (f"{name} {version}\n" * size)[:size]
    record = json.loads(evidence(name, version))
    digest = hashlib.sha256(content.encode()).hexdigest()
    record["artifacts"] = [{"path": "model.onnx", "sha256": digest, "size": len(content)}]
    path = evidence_path(name, version)
    return [(path, json.dumps(record, indent=2) + "\n"), (str(Path(path).with_name("model.onnx")), content)]


def line(path, models, promotions, size, env):
    """A developer's repository: all models at v1.0.0, then promotions of the first one; gives the commits' names.

    The versions that are promoted later are published with the first commit.
    """
    importer = Importer(path, env)
    names = [model(number) for number in range(models)]
    files = [(manifest_path(name), manifest(name, version_name(0))) for name in names]
    for name in names:
        files += published(name, version_name(0), size)
    for number in range(1, promotions + 1):
        files += published(names[0], version_name(number), size)
    importer.commit("main", f"Publish the models\n\n{TRAILERS}", files)
    for number in range(1, promotions + 1):
        version = version_name(number)
        message = f"Promote {names[0]} to {version}\n\nThe shadow test passed.\n\n{TRAILERS}"
        importer.commit("main", message, [(manifest_path(names[0]), manifest(names[0], version))])
    commits = importer.finish()
    git("-c", "repack.writeBitmaps=false", "gc", "-q", cwd=path, env=env)
    return commits


def targets(path, place):
    """A targets file with one place of the `directory` adapter."""
    path.write_text(
        "apiVersion: mlops/v1\nkind: ReconcileTargets\nmetadata: {name: bench}\nspec:\n  environments:\n"
        f"    production:\n      endpoints:\n        - {{name: disk, adapter: directory, path: {place}}}\n"
    )
    return path


def command(bench, verb, host, folder, *more):
    """A verb of the operator, for what lies in `folder`."""
    told = ["--repository", host, "--environment", "production", "--targets", folder / "targets.yaml"]
    line = [bench.binaries / "mlops-reconciler", verb, *told, "--state", folder / "state", "--log-level", "error"]
    return [*map(str, line), *map(str, more)]


def free_port():
    """A port on loopback that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Operator:
    """A host with all three hooks, its relay, and a reconciler that a trigger wakes."""

    def __init__(self, bench, source, first, folder, by_http):
        self.bench, self.source, self.folder, self.place = bench, source, folder, folder / "srv"
        folder.mkdir(parents=True)
        self.host = folder / "host.git"
        git("init", "-q", "--bare", "--initial-branch=main", self.host, env=bench.env)
        git("push", "-q", self.host, f"{first}:refs/heads/main", cwd=source, env=bench.env)
        shutil.rmtree(self.host / "hooks", ignore_errors=True)
        shutil.copytree(bench.hooks["ours"], self.host / "hooks")
        git("update-ref", "refs/mlops/emitted/heads/main", first, cwd=self.host, env=bench.env)
        targets(folder / "targets.yaml", self.place)
        # polling must not be what applies it
        more = ["--interval", "3600", *(self._http() if by_http else self._directory())]
        relay = [bench.binaries / "mlops-relay", "run", "--repo", self.host, "--log-level", "error"]
        self.errors = open(folder / "stderr", "wb")
        self.processes = []
        for line in (relay, command(bench, "run", self.host, folder, *more)):
            process = subprocess.Popen(list(map(str, line)), cwd=folder, env=bench.env, stderr=self.errors)
            self.processes.append(process)

    def _sink(self, **settings):
        for key, value in settings.items():
            git("config", f"mlops.sink.operator.{key}", value, cwd=self.host, env=self.bench.env)

    def _directory(self):
        triggers = self.folder / "triggers"
        triggers.mkdir()
        self._sink(directory=triggers)
        return ["--trigger-directory", triggers]

    def _http(self):
        secret, port = self.folder / "secret", free_port()
        secret.write_text(SECRET)
        secret.chmod(0o600)
        self._sink(url=f"http://127.0.0.1:{port}/trigger", allowInsecure="true", secretFile=secret)
        return ["--http", f"127.0.0.1:{port}", "--trigger-secret-file", secret]

    def push(self, commit):
        """Pushes a commit through the hooks."""
        line = ["git", "push", "-q", str(self.host), f"{commit}:refs/heads/main"]
        subprocess.run(line, cwd=self.source, env=self.bench.env, stderr=self.errors, check=True)

    def applied(self, name, version, seconds=20):
        """Waits until a deployment's `current` names a version; whether it did."""
        link, wanted, end = self.place / name / "current", f"versions/{version}", time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                if os.readlink(link) == wanted:
                    return True
            except FileNotFoundError:
                pass
            time.sleep(0.001)
        return False

    def settled(self, name, version, seconds=60):
        """Waits until a pass that reached a version has ended; whether one did."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                fares = json.loads((self.folder / "state" / "state.json").read_text())["deployments"].get(name, {})
                if (fares.get("version"), fares.get("status")) == (version, "ok"):
                    return True
            except FileNotFoundError:
                pass
            time.sleep(0.01)
        return False

    def cpu(self):
        """Seconds of CPU that the reconciler and the programs it ran have used."""
        fields = Path(f"/proc/{self.processes[1].pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / CLOCK_TICKS

    def stop(self):
        """Ends both; gives the reconciler's peak memory in KiB."""
        peak = 0
        for process in self.processes:
            process.terminate()
            _, _, usage = os.wait4(process.pid, 0)
            process.returncode, peak = 0, usage.ru_maxrss
        self.errors.close()
        return peak

    def said(self):
        """What the two had to say."""
        return (self.folder / "stderr").read_text(errors="replace")[:300]
