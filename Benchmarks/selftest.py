"""Real pushes, good and bad: a hook that judges nothing is fast, and its figures are worth nothing."""

import subprocess

from repositories import TRAILERS, Importer, evidence, evidence_path, git, manifest, manifest_path

NAME = "model-0000"
PATH = manifest_path(NAME)


def promote(version, message=None, change=None):
    """One promotion: the message and the files of its commit."""
    text = manifest(NAME, version)
    changed = change(text) if change else text
    assert change is None or changed != text
    return message or f"Promote {NAME}\n\n{TRAILERS}", [(PATH, changed)]


def replacing(old, new):
    """A change of a manifest's text."""
    return lambda text: text.replace(old, new)


GOOD, BAD = promote("v1.1.0"), promote("v1.2.0")
PROSE = "Promote it\n\nThe shadow test passed.\n"
ONE = "Promote it\n\nApproved-by: ml-opsリード\n"
DISPLACED = f"Promote it\n\n{TRAILERS}\nAnd more prose.\n"
UNKNOWN = replacing("  environment:", "  enviroment: x\n  environment:")
MISTYPED = replacing("replicas: 3", "replicas: many")
TWICE = replacing("replicas: 3", "replicas: 3\n    replicas: 4")
REWRITTEN = ("Improve it\n", [(evidence_path(NAME, "v1.0.0"), evidence(NAME, "v1.0.0", 0.9))])

# what is pushed, one commit each, and a word that a refusal must contain; none: accepted
CASES = [
    ("a good promotion", [GOOD], None),
    ("two good promotions", [GOOD, promote("v1.3.0")], None),
    ("a metric below its threshold", [BAD], "silhouette_score"),
    ("no approval", [promote("v1.1.0", PROSE)], "ml-opsリード"),
    ("one approval of two", [promote("v1.1.0", ONE)], "ビジネスユニットLG"),
    ("approvals that are no trailers", [promote("v1.1.0", DISPLACED)], "ml-opsリード"),
    ("an unknown field", [promote("v1.1.0", change=UNKNOWN)], "enviroment"),
    ("a field of the wrong type", [promote("v1.1.0", change=MISTYPED)], "replicas"),
    ("a duplicate key", [promote("v1.1.0", change=TWICE)], "replicas"),
    ("no evidence", [promote("v1.9.0")], "v1.9.0"),
    ("a bad commit among good ones", [GOOD, BAD, promote("v1.3.0")], "silhouette_score"),
    ("published evidence changed", [REWRITTEN], "v1.0.0"),
]


def history(bench, folder):
    """A repository with a branch for each case, all on one base; gives the base."""
    importer = Importer(folder, bench.env)
    scores = {"v1.0.0": 0.47, "v1.1.0": 0.47, "v1.2.0": 0.41, "v1.3.0": 0.5}
    files = [(PATH, manifest(NAME, "v1.0.0"))]
    files += [(evidence_path(NAME, version), evidence(NAME, version, score)) for version, score in scores.items()]
    importer.commit("main", "Publish the model\n", files)
    for index, (_, commits, _) in enumerate(CASES):
        parent = 1
        for message, changed in commits:
            parent = importer.commit(f"case-{index}", message, changed, parent)
    return importer.finish()[0]


def run(bench, who):
    """Pushes each case to a host with these hooks; the cases that were judged wrongly."""
    folder = bench.work / f"selftest-{who}"
    base = history(bench, folder)
    wrong = []
    for index, (title, _, word) in enumerate(CASES):
        host = bench.work / f"selftest-{who}-{index}"
        git("init", "-q", "--bare", "--initial-branch=main", host, env=bench.env)
        git("push", "-q", host, f"{base}:refs/heads/main", cwd=folder, env=bench.env)
        for hook in bench.hooks[who].iterdir():
            (host / "hooks" / hook.name).unlink(missing_ok=True)
            (host / "hooks" / hook.name).symlink_to(hook)
        push = ["git", "push", "-q", str(host), f"case-{index}:refs/heads/main"]
        done = subprocess.run(push, cwd=folder, env=bench.env, capture_output=True, text=True, check=False)
        accepted = done.returncode == 0
        if accepted != (word is None):
            said = done.stderr.strip().splitlines()[:1]
            wrong.append(f"{title}: {'accepted' if accepted else f'refused, {said}'}")
        elif word and word not in done.stderr:
            wrong.append(f"{title}: refused without a word about `{word}`")
    return wrong


def check_all(bench):
    """What `check --all` says of a good tree and of bad ones; the cases that were judged wrongly."""
    folder, wrong = bench.work / "selftest-check", []
    history(bench, folder)
    for title, status in [("a good promotion", 0), ("a metric below its threshold", 1), ("an unknown field", 1)]:
        index = [case[0] for case in CASES].index(title)
        tree = bench.work / f"selftest-tree-{index}"
        git("clone", "-q", "--branch", f"case-{index}", folder, tree, env=bench.env)
        command = [bench.binaries / "mlops-hook", "check", "--all"]
        done = subprocess.run(command, cwd=tree, env=bench.env, capture_output=True, check=False)
        if done.returncode != status:
            wrong.append(f"{title}: exit {done.returncode}")
    return wrong
