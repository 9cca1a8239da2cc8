"""Many pushers at once, each to a ref of its own, and what the host holds afterwards."""

import json
import subprocess
import threading
import time

from repositories import Importer, evidence, evidence_path, git, manifest, manifest_path, model_name, version_name

POLICY = """\
apiVersion: mlops/v1
kind: PromotionPolicy
metadata: {name: host}
spec:
  protected_refs: [refs/heads/main, "refs/heads/release/*"]
"""
APPROVERS = """\
apiVersion: mlops/v1
kind: Approvers
metadata: {name: approvers}
spec:
  roles:
    ml-opsリード: [aiko@example.com, omar@example.com]
    ビジネスユニットLG: [ken@example.com, mina@example.com]
"""
TRAILERS = "Approved-by: Aiko <aiko@example.com>\nApproved-by: Ken <ken@example.com>\n"


class Lines:
    """A developer's repository with a line of promotions for each pusher, all from one base."""

    def __init__(self, path, pushers, promotions, env):
        importer = Importer(path, env)
        names = [model_name(index) for index in range(pushers)]
        versions = [version_name(number) for number in range(promotions + 1)]
        files = [(manifest_path(name), manifest(name, versions[0])) for name in names]
        files += [(evidence_path(name, version), evidence(name, version)) for name in names for version in versions]
        base = importer.commit("main", "Publish the models\n", files)
        marks = []
        for index, name in enumerate(names):
            tip, line = base, []
            for version in versions[1:]:
                message = f"Promote {name} to {version}\n\n{TRAILERS}"
                tip = importer.commit(f"line-{index}", message, [(manifest_path(name), manifest(name, version))], tip)
                line.append(tip)
            marks.append(line)
        commits = importer.finish()
        self.source, self.env = path, env
        self.base = commits[base - 1]
        self.commits = [[commits[mark - 1] for mark in line] for line in marks]
        git("-c", "repack.writeBitmaps=false", "gc", "-q", cwd=path, env=env)

    def host(self, path, policy, kind):
        """A receiving repository with the base on `main` and on each pusher's branch, `kind` of which are protected."""
        numbers = range(len(self.commits))
        git("init", "-q", "--bare", "--initial-branch=main", path, env=self.env)
        refs = [f"{self.base}:refs/heads/{kind}/{number}" for number in numbers]
        git("push", "-q", path, f"{self.base}:refs/heads/main", *refs, cwd=self.source, env=self.env)
        git("gc", "-q", cwd=path, env=self.env)
        recorded = ["heads/main"]
        if kind == "release":
            policy.mkdir(exist_ok=True)
            (policy / "policy.yaml").write_text(POLICY)
            (policy / "approvers.yaml").write_text(APPROVERS)
            git("config", "mlops.policy", policy, cwd=path, env=self.env)
            recorded += [f"heads/release/{number}" for number in numbers]
        # what install.sh records
        for ref in recorded:
            git("update-ref", f"refs/mlops/emitted/{ref}", self.base, cwd=path, env=self.env)
        return path

    def push(self, host, kind):
        """Everybody pushes their line, one commit a push; gives seconds, and what was refused or went wrong."""
        said, gate = [], threading.Barrier(len(self.commits) + 1)

        def one(number):
            gate.wait()
            for commit in self.commits[number]:
                line = ["git", "push", "-q", host, f"{commit}:refs/heads/{kind}/{number}"]
                done = subprocess.run(line, cwd=self.source, env=self.env, capture_output=True, text=True, check=False)
                if done.returncode or "warning" in done.stderr:
                    said.append(done.stderr.strip()[:300])

        threads = [threading.Thread(target=one, args=(number,)) for number in range(len(self.commits))]
        for thread in threads:
            thread.start()
        gate.wait()
        begun = time.monotonic()
        for thread in threads:
            thread.join()
        return time.monotonic() - begun, said

    def wrong(self, host, kind, hooks):
        """What the host should hold after `push`, and does not."""
        wrong = []
        listed = git("for-each-ref", "--format=%(refname) %(objectname)", f"refs/heads/{kind}", cwd=host, env=self.env)
        tips = dict(line.split() for line in listed.decode().splitlines())
        for number, line in enumerate(self.commits):
            if tips.get(f"refs/heads/{kind}/{number}") != line[-1]:
                wrong.append(f"{kind}/{number} is not where it was pushed")
        if hooks != "ours":
            return wrong
        moves = set()
        for file in (host / "mlops" / "outbox" / "local").glob("*.json"):
            data = json.loads(file.read_text())["data"]
            moves.add((data["ref"], data["before"], data["after"]))
        wanted = set()
        if kind == "release":
            for number, line in enumerate(self.commits):
                steps = zip([self.base, *line], line)
                wanted |= {(f"refs/heads/release/{number}", before, after) for before, after in steps}
        if moves != wanted:
            wrong.append(f"{len(wanted - moves)} triggers are lost and {len(moves - wanted)} invented")
        return wrong
