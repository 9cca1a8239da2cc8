"""Measures mlops-hook beside what it is compared with, in one run, and writes the table of ratios.

    bench.py [--only a,b,c,d,e,f,g,h] [--quick] [--no-write] [--data DIR]

a: the start of each hook            b: a push of one commit
c: a push of 10,000 promotions       d: `check --all` on 4,000 manifests
e: `history` and `status` over 10,000 commits
f: the relay empties an outbox, alone and beside sinks that hang
g: the reconciler has nothing to do on 10,000 deployments; from the end of a push to what is applied
h: 64 pushers at once, each to a ref of its own

Call it by `run.sh`, which builds what it needs. The numbers that count are ratios of medians within one run, with the
competitors taking turns; the bounds are stated beside them. A valid run of everything rewrites results.md.
"""

import argparse
import datetime
import importlib.metadata
import os
import platform
import random
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import concurrency
import reconciler
import relay
import repositories
import selftest
from repositories import History, environment, git

HERE = Path(__file__).resolve().parent
HOOKS = ("pre-receive", "update", "post-receive")
PEER_SECONDS = 180


class Measurement:
    """The runs of one command."""

    def __init__(self, name):
        self.name, self.seconds, self.cpu, self.peaks, self.note = name, [], [], [], ""

    @property
    def median(self):
        return statistics.median(self.seconds)

    @property
    def peak(self):
        """Peak memory in MiB."""
        return max(self.peaks) / 1024

    def row(self):
        """The line of the table of measurements."""
        cells = [self.name, duration(self.median), duration(min(self.seconds)), duration(max(self.seconds))]
        cells += [duration(statistics.median(self.cpu)) if self.cpu else "", f"{self.peak:.1f} MiB" if self.peaks else ""]
        cells += [str(len(self.seconds)), self.note]
        return f"| {' | '.join(cells)} |"


def duration(seconds):
    """Seconds for a reader."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    return f"{seconds * 1000:.{2 if seconds < 0.1 else 0}f} ms"


class Bench:
    """One run: the places, the measurements, and the bounds held against them."""

    def __init__(self, options, work, data):
        self.options, self.work, self.data = options, work, data
        self.tools, self.binaries = Path(options.tools).resolve(), Path(options.binaries).resolve()
        self.home = work / "home"
        self.home.mkdir()
        self.env = environment(self.home)
        self.measurements, self.bounds, self.notes, self.failures = [], [], [], []
        self.hooks, self.facts = self._hooks(), facts(work)

    def _hooks(self):
        """Folders of hooks to install: none, `true`, ours, and the Python peer."""
        folders = {name: self.work / "hooks" / name for name in ("none", "true", "ours", "python")}
        for folder in folders.values():
            folder.mkdir(parents=True)
        for hook in HOOKS:
            shutil.copy(shutil.which("true"), folders["true"] / hook)
            shutil.copy(self.binaries / hook, folders["ours"] / hook)
        # an importable module, so that python compiles the peer once and not at each push
        library = self.work / "peer"
        library.mkdir()
        shutil.copy(HERE / "python_hook" / "pre_receive.py", library)
        peer = folders["python"] / "pre-receive"
        peer.write_text(
            f"#!{sys.executable}\nimport sys\nsys.path.insert(0, {str(library)!r})\n"
            "import pre_receive\nsys.exit(pre_receive.main())\n"
        )
        peer.chmod(0o755)
        return folders

    def history(self, name, models, promotions):
        """The named history, made once."""
        self.say(f"making {models:,} models with {promotions:,} promotions")
        return History(self.data / name, models, promotions, self.env)

    def host(self, history, hooks, name=None):
        """A fresh receiving repository with these hooks."""
        bare = history.receiving(self.work / "hosts" / (name or hooks))
        shutil.rmtree(bare / "hooks", ignore_errors=True)
        shutil.copytree(self.hooks[hooks], bare / "hooks")
        if hooks == "ours":
            # what install.sh records, so that the first push is no catching up
            git("update-ref", "refs/mlops/emitted/heads/main", history.commits[0], cwd=bare, env=self.env)
        return bare

    def measurement(self, name):
        """A new line of the table of measurements."""
        self.measurements.append(Measurement(name))
        return self.measurements[-1]

    def measure(self, into, command, cwd, env=None, stdin=os.devnull, runs=1, expect=0):
        """Runs a command and adds its times and memory to a measurement."""
        errors = self.work / "stderr"
        line = [str(self.tools / "measure"), str(runs), str(stdin), str(errors), *map(str, command)]
        done = subprocess.run(line, cwd=cwd, env=env or self.env, stdout=subprocess.PIPE, text=True, check=True)
        for row in done.stdout.splitlines():
            status, nanoseconds, kibibytes, microseconds = map(int, row.split())
            into.seconds.append(nanoseconds / 1e9)
            into.peaks.append(kibibytes)
            into.cpu.append(microseconds / 1e6)
            if status != expect and not into.note:
                said = errors.read_text(errors="replace").strip().splitlines()[:1]
                into.note = f"exit {status}"
                self.failures.append(f"{into.name}: exit {status}, {''.join(said)[:300]}")
                self.say(f"error: {self.failures[-1]}")

    def bound(self, what, value, limit, unit="×", at_least=False):
        """Holds a figure against its bound; nothing is met once a hook has judged wrongly or failed in this run."""
        met = value >= limit if at_least else value <= limit
        verdict = "not valid" if self.failures else "met" if met else "NOT MET"
        sign, digits = "≥" if at_least else "≤", 3 if value < 10 else 1
        row = (what, f"{value:,.{digits}f} {unit}", f"{sign} {limit:g} {unit}", verdict)
        self.bounds.append(row)
        self.say("  " + " · ".join(row))

    def say(self, text):
        """Tells whoever watches."""
        print(text, file=sys.stderr, flush=True)

    def distrust(self, who, wrong):
        """Tells how a self-test went, and counts what went wrong."""
        self.failures += [f"self-test of {who}: {problem}" for problem in wrong]
        self.say(f"self-test of {who}: " + ("; ".join(wrong) or "the good accepted, the bad refused"))

    def rounds(self, full, quick):
        """How often to repeat."""
        return quick if self.options.quick else full

    # --- the scenarios

    def start(self):
        """a: the start of each hook that has nothing to do, against an empty C program."""
        history = self.history("small", 1, 120)
        bare = self.host(history, "ours")
        env = self.env | {"GIT_DIR": "."}
        topic = ["refs/heads/topic", repositories.ZERO, history.commits[0]]
        commands = {
            "an empty C program": [self.tools / "empty"],
            "`true`": [shutil.which("true")],
            "pre-receive, empty stdin": [self.hooks["ours"] / "pre-receive"],
            "update, an unprotected ref": [self.hooks["ours"] / "update", *topic],
            "post-receive, empty stdin": [self.hooks["ours"] / "post-receive"],
            "the Python hook, empty stdin": [self.hooks["python"] / "pre-receive"],
        }
        taken = {name: self.measurement(f"start: {name}") for name in commands}
        for _ in range(self.rounds(20, 4)):
            for name, command in commands.items():
                self.measure(taken[name], command, bare, env, runs=2 if "Python" in name else 25)
        floor = taken["an empty C program"].median
        for name in list(commands)[2:5]:
            self.bound(f"start of {name} / an empty C program", taken[name].median / floor, 4)

    def one_commit(self):
        """b: a push of one commit, with each set of hooks."""
        for history, rounds in [
            (self.history("small", 1, 120), self.rounds(60, 8)),
            (self.history("large", 2000, 20_000), self.rounds(30, 5)),
        ]:
            size = "1 model" if history.models == 1 else f"{history.models:,} models"
            kinds = {"none": "no hooks", "true": "`true` as all three", "ours": "ours, all three"}
            kinds["python"] = "Python pre-receive"
            hosts = {kind: self.host(history, kind) for kind in kinds}
            taken = {kind: self.measurement(f"push of one commit, {size}: {name}") for kind, name in kinds.items()}
            order = list(kinds)
            for index in range(1, rounds + 1):
                order.append(order.pop(0))
                for kind in order:
                    push = ["git", "push", "-q", hosts[kind], f"{history.commits[index]}:refs/heads/main"]
                    self.measure(taken[kind], push, history.source)
            ratio = taken["ours"].median / taken["none"].median
            self.bound(f"push of one commit, {size}: our hooks / none", ratio, 1.5)

            ours, python = (self.measurement(f"pre-receive on one commit, {size}: {who}") for who in ("ours", "Python"))
            bare = self.host(history, "none", "direct")
            env, line = history.quarantine(bare, 1)
            for _ in range(rounds):
                self.measure(ours, [self.hooks["ours"] / "pre-receive"], bare, env, line)
                self.measure(python, [self.hooks["python"] / "pre-receive"], bare, env, line)
            if history.models > 1:
                ratio = python.median / ours.median
                self.bound(f"pre-receive on one commit, {size}: Python / ours", ratio, 30, at_least=True)

    def many_commits(self):
        """c: a push of 10,000 promotions over 2,000 models."""
        history = self.history("large", 2000, 20_000)
        bare = self.host(history, "none", "direct")
        incoming = {count: history.quarantine(bare, count) for count in (1000, 10_000, 20_000)}
        ours = {count: self.measurement(f"pre-receive on {count:,} commits: ours") for count in incoming}
        log = self.measurement("`git log --raw -- deployments`, 10,000 commits")
        log_command = ["git", "log", "--raw", f"{history.commits[0]}..{history.commits[10_000]}", "--", "deployments"]
        command = [self.hooks["ours"] / "pre-receive"]
        for _ in range(self.rounds(7, 2)):
            for count, (env, line) in incoming.items():
                self.measure(ours[count], command, bare, env, line)
            self.measure(log, log_command, bare, incoming[10_000][0])

        kinds = {"none": "no hooks", "ours": "ours, all three"}
        pushes = {kind: self.measurement(f"push of 10,000 commits: {name}") for kind, name in kinds.items()}
        for _ in range(self.rounds(3, 1)):
            for kind, measurement in pushes.items():
                push = ["git", "push", "-q", self.host(history, kind), f"{history.commits[10_000]}:refs/heads/main"]
                self.measure(measurement, push, history.source)

        command = [self.hooks["python"] / "pre-receive"]
        few = self.measurement("pre-receive on 1,000 commits: Python")
        self.measure(few, command, bare, *incoming[1000])
        if few.median * 10 <= PEER_SECONDS and not self.options.quick:
            python, count = self.measurement("pre-receive on 10,000 commits: Python"), 10_000
            self.measure(python, command, bare, *incoming[count])
        else:
            python, count = few, 1000
            self.notes.append("The Python hook was measured on 1,000 commits, and compared with ours on 1,000.")

        mine = ours[10_000]
        self.bound("pre-receive on 10,000 commits / `git log --raw -- deployments`", mine.median / log.median, 0.7)
        share = 100 * mine.median / pushes["none"].median
        self.bound("pre-receive on 10,000 commits / the whole push without hooks", share, 8, "%")
        ratio = python.median / ours[count].median
        self.bound(f"pre-receive on {count:,} commits: Python / ours", ratio, 30, at_least=True)
        self.bound("peak memory of pre-receive, 10,000 commits", mine.peak, 96, "MiB")
        self.bound("peak memory of pre-receive, 20,000 commits / 10,000", ours[20_000].peak / mine.peak, 1.1)

    def check_all(self):
        """d: `check --all` on 4,000 manifests, against parse and schema check in Python."""
        history = self.history("wide", 4000, 0)
        self.distrust("check --all", selftest.check_all(self))
        tree = self.work / "tree"
        git("clone", "-q", "--no-hardlinks", history.host, tree, env=self.env)
        ours = self.measurement("check --all, 4,000 manifests: ours")
        python = self.measurement("parse and schema check, 4,000 manifests: Python")
        for _ in range(self.rounds(5, 2)):
            self.measure(ours, [self.binaries / "mlops-hook", "check", "--all"], tree)
            self.measure(python, [self.hooks["python"] / "pre-receive", "--form", "deployments"], tree)
        self.bound("check --all on 4,000 manifests", ours.median, 0.4, "s")
        # The bound in seconds is stated for a machine on which Python takes 4 s: on any machine, a ratio of 10.
        ratio = python.median / ours.median
        self.bound("Python's parse and schema check / check --all, the same manifests", ratio, 10, at_least=True)
        slow = "as the bound in seconds supposes"
        if python.median < 4:
            slow = "where the bound in seconds supposes 4 s or more"
        self.notes.append(
            f"`check --all` judges form, evidence and metrics. Python's parse and schema check alone took "
            f"{duration(python.median)} on this machine, {slow}; the ratio of 10 follows from the two."
        )

    def past(self):
        """e: what happened to one of 2,000 models, and what stands, over 10,000 commits."""
        history = self.history("large", 2000, 20_000)
        bare = self.work / "past.git"
        git("init", "-q", "--bare", "--initial-branch=main", bare, env=self.env)
        (bare / "objects" / "info" / "alternates").write_text(f"{history.source / 'objects'}\n")
        git("update-ref", "refs/heads/main", history.commits[9_999], cwd=bare, env=self.env)
        tool = self.binaries / "mlops-hook"
        told = self.measurement("history of one model, 10,000 commits")
        status = self.measurement("status of 2,000 models, 10,000 commits")
        log = self.measurement("`git log --first-parent --raw -- deployments`, 10,000 commits of the past")
        for _ in range(self.rounds(7, 2)):
            self.measure(told, [tool, "history", repositories.model_name(7)], bare)
            self.measure(status, [tool, "status"], bare)
            self.measure(log, ["git", "log", "--first-parent", "--raw", "main", "--", "deployments"], bare)
        self.bound("history of one model over 10,000 commits", told.median, 1, "s")
        self.bound("status of 2,000 models over 10,000 commits", status.median, 1, "s")
        self.bound("history / `git log --first-parent --raw -- deployments`", told.median / log.median, 1)
        self.bound("status / `git log --first-parent --raw -- deployments`", status.median / log.median, 1)

    def relay(self):
        """f: how fast the relay empties an outbox of signed events, alone and beside four sinks that hang."""
        count = self.rounds(3000, 600)
        receiver = relay.Receiver()
        taken = {False: self.measurement(f"relay, {count:,} events: one sink")}
        taken[True] = self.measurement(f"relay, {count:,} events: beside four sinks that hang")
        for turn in range(self.rounds(5, 2)):
            for hanging, measurement in taken.items():
                bare = self.work / "hosts" / f"relay-{turn}-{hanging}.git"
                relay.repository(bare, receiver.port, count, hanging, self.env)
                receiver.expect(count)
                command = [self.binaries / "mlops-relay", "run", "--repo", bare, "--log-level", "error"]
                with open(self.work / "stderr", "wb") as errors:
                    process = subprocess.Popen(command, cwd=bare, env=self.env, stderr=errors)
                    rate = receiver.rate(60)
                    process.kill()
                    _, _, usage = os.wait4(process.pid, 0)
                    process.returncode = 0
                if rate is None:
                    said = (self.work / "stderr").read_text(errors="replace")[:300]
                    self.failures.append(f"{measurement.name}: not all events came. {said}")
                    return
                measurement.seconds.append(count / rate)
                measurement.cpu.append(usage.ru_utime + usage.ru_stime)
                measurement.peaks.append(usage.ru_maxrss)
        self.bound("events a second, one sink", count / taken[False].median, 300, "/s", at_least=True)
        share = 100 * taken[False].median / taken[True].median
        self.bound("events a second beside four sinks that hang / one sink", share, 90, "%", at_least=True)
        self.bound("peak memory of the relay", max(m.peak for m in taken.values()), 256, "MiB")

    def reconcile(self):
        """g: a pass of the reconciler with nothing to do, and how soon what was pushed is applied."""
        self._nothing_to_do()
        self._applied()

    def _nothing_to_do(self):
        count = self.rounds(10_000, 1000)
        folder = self.data / f"reconciler-{count}"
        first = self.measurement(f"reconcile, {count:,} deployments: the first pass, which puts all there")
        if not (folder / "ready").exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            self.say(f"making {count:,} deployments that run")
            reconciler.line(folder / "host.git", count, 0, 64, self.env)
            reconciler.targets(folder / "targets.yaml", folder / "srv")
            git("clone", "-q", "--bare", "--no-hardlinks", folder / "host.git", folder / "clone.git", env=self.env)
            self.measure(first, reconciler.command(self, "once", folder / "host.git", folder), folder)
            if first.note:
                return
            (folder / "ready").touch()
        # a pass that looks at nothing is fast, and its figures are worth nothing
        link = folder / "srv" / reconciler.model(count - 1) / "current"
        before = os.readlink(link)
        link.unlink()
        once = reconciler.command(self, "once", folder / "host.git", folder)
        subprocess.run(once, cwd=folder, env=self.env, stdout=subprocess.DEVNULL, check=False)
        if not link.is_symlink() or os.readlink(link) != before:
            self.failures.append("a pass of the reconciler did not put a link back that was missing")
            return
        ours = self.measurement(f"reconcile, {count:,} deployments, nothing to do: ours")
        gits = self.measurement(f"`git fetch` and all manifests by `git cat-file`, {count:,} deployments")
        python = self.measurement(f"fetch, read and compare, {count:,} deployments: Python")
        batch = "git fetch -q origin HEAD && git ls-tree -r FETCH_HEAD deployments/production | cut -d' ' -f3 | cut -f1"
        floor = ["sh", "-c", f"{batch} | git cat-file --batch"]
        peer = [sys.executable, HERE / "python_operator.py", folder / "clone.git", "production", folder / "srv"]
        for _ in range(self.rounds(9, 3)):
            self.measure(ours, once, folder)
            self.measure(gits, floor, folder / "clone.git")
            self.measure(python, peer, folder)
        what = f"a pass on {count:,} deployments with nothing to do"
        self.bound(what, ours.median, 2, "s")
        self.bound(f"peak memory of {what}", ours.peak, 256, "MiB")
        # The bound in seconds depends on the machine; Python, which does less, must not be faster on any.
        self.bound(f"{what} / Python's read and compare", ours.median / python.median, 1)
        self.notes.append(
            f"A pass with nothing to do asks, fetches, reads manifests and evidence and looks at each place: "
            f"{ours.median / gits.median:.1f} times what git needs to fetch and to print the manifests."
        )

    def _applied(self):
        count, promotions = 100, self.rounds(30, 5)
        name, folder = reconciler.model(0), self.work / "operators"
        folder.mkdir()
        commits = reconciler.line(folder / "source.git", count, promotions, 1 << 16, self.env)
        ways = {"directory": "a directory sink", "http": "a signed HTTP trigger"}
        operators = {
            way: reconciler.Operator(self, folder / "source.git", commits[0], folder / way, way == "http")
            for way in ways
        }
        taken = {way: self.measurement(f"from the end of a push to applied, {title}") for way, title in ways.items()}
        bare = self.measurement("`git fetch` and checkout of the same")
        clone = folder / "clone.git"
        git("clone", "-q", "--bare", operators["http"].host, clone, env=self.env)
        chance = random.Random(3)
        try:
            for operator in operators.values():
                if not operator.settled(name, repositories.version_name(0)):
                    self.failures.append(f"the first pass of the reconciler did not end. {operator.said()}")
                    return
            begun = {way: operator.cpu() for way, operator in operators.items()}
            for number in range(1, promotions + 1):
                version = repositories.version_name(number)
                for way, operator in operators.items():
                    # at no fixed moment of whatever the operator does by turns
                    time.sleep(0.1 + chance.random() / 2)
                    operator.push(commits[number])
                    pushed = time.monotonic()
                    applied = operator.applied(name, version)
                    taken[way].seconds.append(time.monotonic() - pushed)
                    if not applied or not operator.settled(name, version):
                        self.failures.append(f"{taken[way].name}: {version} was not applied. {operator.said()}")
                        return
                tree = folder / "trees" / version
                tree.mkdir(parents=True)
                files = f"git --work-tree={tree} checkout -q -f FETCH_HEAD -- models/{name}/{version}"
                link = f"ln -s {tree} {folder}/next && mv -T {folder}/next {folder}/current"
                line = ["sh", "-c", f"git fetch -q origin main && {files} && {link}"]
                self.measure(bare, line, clone)
            for way, operator in operators.items():
                taken[way].cpu.append((operator.cpu() - begun[way]) / promotions)
        finally:
            for way, operator in operators.items():
                taken[way].peaks.append(operator.stop())
        for way, title in ways.items():
            self.bound(f"from the end of a push to applied, {title}", taken[way].median, 1, "s")
        ratios = " and ".join(f"{taken[way].median / bare.median:.1f} ({title})" for way, title in ways.items())
        self.notes.append(
            f"From the end of a push to applied is {ratios} times what a bare `git fetch` and checkout of the same "
            f"needs, which waits for nobody, judges nothing and writes nothing through to the disk."
        )

    def at_once(self):
        """h: 64 pushers at once, each to a ref of its own, without hooks and with ours."""
        pushers, promotions = 64, self.rounds(4, 2)
        lines = concurrency.Lines(self.work / "lines.git", pushers, promotions, self.env)
        titles = {"topic": "refs that nothing protects", "release": "protected refs, a promotion a push"}
        hooks = {"none": "no hooks", "ours": "ours, all three"}
        taken = {
            (kind, who): self.measurement(f"{pushers * promotions} pushes of {pushers} pushers, {title}: {name}")
            for kind, title in titles.items()
            for who, name in hooks.items()
        }
        for turn in range(self.rounds(7, 2)):
            for kind in titles:
                for who in sorted(hooks, reverse=turn % 2 == 1):
                    folder = self.work / "hosts"
                    folder.mkdir(exist_ok=True)
                    host = lines.host(folder / f"{kind}-{who}-{turn}.git", self.work / "policy", kind)
                    shutil.rmtree(host / "hooks", ignore_errors=True)
                    shutil.copytree(self.hooks[who], host / "hooks")
                    seconds, said = lines.push(host, kind)
                    taken[kind, who].seconds.append(seconds)
                    wrong = said + lines.wrong(host, kind, who)
                    self.failures += [f"{taken[kind, who].name}: {problem}" for problem in wrong[:5]]
                    shutil.rmtree(host)
        for kind, title in titles.items():
            share = 100 * taken[kind, "none"].median / taken[kind, "ours"].median
            self.bound(f"rate of {pushers} pushers, {title}: our hooks / none", share, 80, "%", at_least=True)

    # --- the report

    def report(self):
        """The tables, in Markdown."""
        lines = ["# Results", "", f"Measured {datetime.date.today().isoformat()} by `make bench`, in one run.", ""]
        lines += [f"- {fact}" for fact in self.facts]
        if self.options.quick:
            lines += ["- a quick run, with few repetitions"]
        lines += [""]
        if self.failures:
            lines += ["**Not valid as it stands:**", ""] + [f"- {failure}" for failure in self.failures] + [""]
        lines += ["| figure | measured | bound | |", "| --- | ---: | ---: | --- |"]
        lines += [f"| {' | '.join(row)} |" for row in self.bounds]
        lines += ["", *[f"{note}\n" for note in self.notes]]
        lines += ["Wall time in medians, fastest and slowest; the median of CPU time; peak memory (`ru_maxrss`) of the"]
        lines += ["process itself, for a push of the largest process in it, on either side. A push was made by a"]
        lines += ["client whose repository is packed, so that git's own part is as fast as it gets.", ""]
        lines += ["| what | median | fastest | slowest | CPU | peak | runs | |"]
        lines += ["| --- | ---: | ---: | ---: | ---: | ---: | ---: | --- |"]
        lines += [measurement.row() for measurement in self.measurements if measurement.seconds]
        return "\n".join(lines) + "\n"


def facts(work):
    """What the figures depend on: no host names, no paths."""

    def said(*command):
        try:
            return subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=True).stdout.strip()
        except (OSError, subprocess.CalledProcessError):
            return "unknown"

    models = [line.split(":")[1].strip() for line in open("/proc/cpuinfo") if line.startswith("model name")]
    memory = int(open("/proc/meminfo").readline().split()[1]) / 1024 / 1024
    packages = [f"{name} {importlib.metadata.version(name)}" for name in ("pygit2", "PyYAML", "jsonschema")]
    return [
        f"{len(os.sched_getaffinity(0))} cores, {models[0] if models else platform.machine()}, {memory:.0f} GiB",
        f"{platform.system()} {platform.release()}, temporary files on {said('stat', '-f', '-c', '%T', str(work))}",
        f"mlops-hook at {said('git', 'describe', '--always', '--dirty', '--exclude=*')}",
        f"{said('git', '--version')}, {said('swift', '--version').splitlines()[0]}",
        f"the peer: Python {platform.python_version()}, {', '.join(packages)}",
        f"load before the run: {os.getloadavg()[2]:.1f} over 15 minutes",
    ]


def main():
    """Runs what was asked for; 1 when a hook judged wrongly or failed, whatever the figures."""
    parser = argparse.ArgumentParser(description="benchmarks of mlops-hook; call run.sh")
    parser.add_argument("--only", default="a,b,c,d,e,f,g,h", help="scenarios to run, as in `a,c`")
    parser.add_argument("--quick", action="store_true", help="few repetitions, for a look")
    parser.add_argument("--no-write", action="store_true", help="leave results.md as it is")
    parser.add_argument("--data", help="keep the made repositories here, and use them again")
    parser.add_argument("--binaries", required=True, help="folder of the built product")
    parser.add_argument("--tools", required=True, help="folder of `empty` and `measure`")
    options = parser.parse_args()
    chosen = options.only.split(",")
    scenarios = {"a": Bench.start, "b": Bench.one_commit, "c": Bench.many_commits, "d": Bench.check_all}
    scenarios["e"], scenarios["f"] = Bench.past, Bench.relay
    scenarios["g"], scenarios["h"] = Bench.reconcile, Bench.at_once
    if unknown := set(chosen) - set(scenarios):
        parser.error(f"no scenario `{', '.join(sorted(unknown))}`; there are {', '.join(scenarios)}")

    # a plain SIGTERM would leave the temporary folder behind
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    with tempfile.TemporaryDirectory(prefix="mlops-bench-", ignore_cleanup_errors=True) as folder:
        work = Path(folder)
        data = Path(options.data).resolve() if options.data else work / "data"
        data.mkdir(parents=True, exist_ok=True)
        bench = Bench(options, work, data)
        for who in ("python", "ours"):
            bench.distrust(who, selftest.run(bench, who))
        for name in chosen:
            scenarios[name](bench)
            shutil.rmtree(work / "hosts", ignore_errors=True)
        report = bench.report()
    print(report)
    # what is written down is a whole run, with hooks that judge
    if not (options.no_write or options.quick or bench.failures or set(chosen) != set(scenarios)):
        (HERE / "results.md").write_text(report)
    return 1 if bench.failures else 0


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.exit(main())
