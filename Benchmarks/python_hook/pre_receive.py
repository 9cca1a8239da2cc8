#!/usr/bin/env python3
"""A pre-receive hook as a platform engineer would write it: the peer that the benchmark compares mlops-hook with.

It reads the pushed refs, walks the new commits along first parents, finds the manifests that each commit changes by
comparing the two `deployments` trees, and judges each: form (PyYAML's C loader, a JSON schema), evidence, metrics
against thresholds, approvals by trailer. It does less than mlops-hook (no policy files, no routing ownership, no
rollback, no YAML hardening beyond duplicate keys), never more. What repeats is done once: blobs are cached by id,
the schemas are compiled once, subtrees of equal id are not compared.

    pre_receive.py                     the hook: `old new ref` lines on stdin
    pre_receive.py --form FOLDER       parse and check the form of every FOLDER/*/*.yaml, nothing else
"""

import functools
import json
import operator
import os
import re
import sys
from decimal import Decimal

import jsonschema
import pygit2
import yaml
from pygit2.enums import DeltaStatus, FileMode, RepositoryOpenFlag

MAX_BYTES = 1 << 20
PROTECTED = "refs/heads/main"

# --- form ------------------------------------------------------------------------------------------------------------

LABEL = {"type": "string", "pattern": r"^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?\Z"}
VERSION = {
    "type": "string",
    "pattern": r"^v?(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?(\+[0-9A-Za-z.-]+)?\Z",
}
QUANTITY = {
    "oneOf": [
        {"type": "string", "pattern": r"^\d+(\.\d+)?([numkMGTPE]|[KMGTPE]i|[eE][+-]?\d+)?\Z"},
        {"type": "number", "minimum": 0},
    ]
}
NUMBER = r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?"
UNIT = r"(ns|us|[µμ]s|ms|s|min|h|B|kB|KB|KiB|MB|MiB|GB|GiB|TB|TiB|%|/s|rps|qps)?"
CLAUSE = rf"\s*(>=|<=|==|!=|>|<)\s*({NUMBER})\s*({UNIT})\s*"
THRESHOLD = {"type": "string", "pattern": rf"^{CLAUSE}(,{CLAUSE})*\Z"}
STRINGS = {"type": "object", "additionalProperties": {"type": "string"}}


def record(required, optional=None):
    """The schema of an object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**required, **(optional or {})},
        "required": list(required),
        "additionalProperties": False,
    }


def kind(name, metadata, spec):
    """The schema of one document of this kind."""
    return record({"apiVersion": {"const": "mlops/v1"}, "kind": {"const": name}, "metadata": metadata, "spec": spec})


METADATA = record({"name": LABEL}, {"namespace": LABEL, "labels": STRINGS, "annotations": STRINGS})
POSITIVE = {"type": "number", "exclusiveMinimum": 0}

DEPLOYMENT = kind(
    "ModelDeployment",
    METADATA,
    record(
        {
            "model": record(
                {
                    "registry": {
                        "type": "string",
                        "pattern": r"^(s3|gs|az|abfss?|oci|https|hf|mlflow|file)://[A-Za-z0-9._~/-]+\Z",
                    },
                    "name": LABEL,
                    "version": VERSION,
                },
                {"digest": {"type": "string", "pattern": r"^sha256:[0-9a-f]{64}\Z"}},
            ),
            "environment": LABEL,
            "serving": record(
                {
                    "replicas": {"type": "integer", "minimum": 0},
                    "resources": {
                        "type": "object",
                        "properties": {"cpu": QUANTITY, "memory": QUANTITY},
                        "required": ["cpu", "memory"],
                        "additionalProperties": QUANTITY,
                    },
                    "inference_endpoint": {"type": "string", "pattern": r"^(/[A-Za-z0-9._~-]+)+\Z"},
                }
            ),
            "promotion_criteria": {
                **record(
                    {
                        "shadow_test_passed": {"type": "boolean"},
                        "evaluation_metrics": {"type": "object", "additionalProperties": THRESHOLD},
                        "approval_required": {"type": "boolean"},
                    },
                    {"approvers": {"type": "array", "items": {"type": "string", "minLength": 1}}},
                ),
                "if": {"properties": {"approval_required": {"const": True}}},
                "then": {"required": ["approvers"], "properties": {"approvers": {"minItems": 1}}},
            },
        },
        {
            "drift_config": record(
                {
                    "monitor_interval_hours": POSITIVE,
                    "alert_threshold": POSITIVE,
                    "auto_rollback_threshold": POSITIVE,
                    "reference_window_size": {"type": "integer", "minimum": 1},
                }
            )
        },
    ),
)

ROUTING = kind(
    "ModelRouting",
    METADATA,
    record(
        {
            "routes": {
                "type": "array",
                "minItems": 1,
                "items": record(
                    {
                        "weight": {"type": "integer", "minimum": 0, "maximum": 100},
                        "model_version": VERSION,
                        "name": LABEL,
                    }
                ),
            },
            "traffic_splitting": record(
                {"method": {"enum": ["weight", "header", "cookie"]}},
                {"header_name": {"type": "string"}, "cookie_name": {"type": "string"}},
            ),
        },
        {"model_name": LABEL},
    ),
)

VALIDATORS = {
    "ModelDeployment": jsonschema.Draft202012Validator(DEPLOYMENT),
    "ModelRouting": jsonschema.Draft202012Validator(ROUTING),
}


class Loader(yaml.CSafeLoader):
    """PyYAML's C loader, with duplicate keys refused and dates left as text."""

    def construct_mapping(self, node, deep=False):
        seen = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise yaml.MarkedYAMLError(problem="a key that is not a string", problem_mark=key.start_mark)
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"duplicate key `{key.value}`", problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep)


Loader.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


class Problem(Exception):
    """A reason to refuse the push."""


def documents(data, path):
    """The documents of a manifest, parsed and checked against their schemas, with the rules a schema cannot say."""
    if len(data) > MAX_BYTES:
        raise Problem(f"{path}: {len(data)} bytes are more than {MAX_BYTES}")
    try:
        found = list(yaml.load_all(data, Loader=Loader))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise Problem(f"{path}: {error}") from None
    for document in found:
        validator = VALIDATORS.get(str(document.get("kind"))) if isinstance(document, dict) else None
        if validator is None:
            raise Problem(f"{path}: not a ModelDeployment or ModelRouting")
        errors = [f"{path}: {error.json_path}: {error.message}" for error in validator.iter_errors(document)]
        if errors:
            raise Problem("\n".join(errors))
    deployments = [document for document in found if document["kind"] == "ModelDeployment"]
    routings = [document for document in found if document["kind"] == "ModelRouting"]
    if not found or len(deployments) > 1 or len(routings) > 1:
        raise Problem(f"{path}: a file holds one deployment, one routing or one of each")
    for deployment in deployments:
        drift = deployment["spec"].get("drift_config")
        if drift and not drift["auto_rollback_threshold"] > drift["alert_threshold"]:
            raise Problem(f"{path}: auto_rollback_threshold is not above alert_threshold")
    for routing in routings:
        total = sum(route["weight"] for route in routing["spec"]["routes"])
        if total != 100:
            raise Problem(f"{path}: weights are {total}, not 100")
    return deployments[0] if deployments else None, routings[0] if routings else None


# --- thresholds ------------------------------------------------------------------------------------------------------

UNITS = {"": ("plain", Decimal(1)), "%": ("plain", Decimal("0.01")), "/s": ("rate", Decimal(1))}
UNITS |= {unit: ("rate", Decimal(1)) for unit in ("rps", "qps")}
UNITS |= {
    unit: ("time", Decimal(value))
    for unit, value in {
        "ns": "1e-9", "us": "1e-6", "µs": "1e-6", "μs": "1e-6", "ms": "1e-3", "s": "1", "min": "60", "h": "3600",
    }.items()
}  # fmt: skip
UNITS |= {
    unit: ("bytes", Decimal(value))
    for unit, value in {
        "B": 1, "kB": 10**3, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
        "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40,
    }.items()
}  # fmt: skip
COMPARE = {
    ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
CLAUSES = re.compile(CLAUSE)
MEASURED = re.compile(rf"({NUMBER})\s*({UNIT})")


@functools.lru_cache(maxsize=4096)
def clauses(threshold):
    """The clauses of a threshold: comparison, dimension and value in base units."""
    found = []
    for match in CLAUSES.finditer(threshold):
        dimension, factor = UNITS[match[6]]
        found.append((COMPARE[match[1]], dimension, Decimal(match[2]) * factor))
    return found


def measured(value):
    """A metric of the evidence: dimension and value in base units."""
    unit = ""
    if isinstance(value, dict):
        value, unit = value.get("value"), value.get("unit", "")
    if isinstance(value, str):
        match = MEASURED.fullmatch(value)
        if not match:
            return None
        value, unit = match[1], match[5]
    if isinstance(value, bool) or not isinstance(value, (int, str, Decimal)) or unit not in UNITS:
        return None
    dimension, factor = UNITS[unit]
    return dimension, Decimal(value) * factor


# --- the push --------------------------------------------------------------------------------------------------------


def unique(pairs):
    """A JSON object without duplicate keys."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("duplicate key")
    return found


class Gate:
    """The judgement of one push."""

    def __init__(self, repository):
        self.repository = repository
        self.problems = []
        # Blobs are judged once, however many commits carry them; bounded, so that memory is too.
        self.parsed = functools.lru_cache(maxsize=8192)(self._parsed)
        self.evidence = functools.lru_cache(maxsize=8192)(self._evidence)

    def judge(self, old, new, ref):
        """Judges one `old new ref` line."""
        if ref != PROTECTED:
            return
        if not new.strip("0"):
            return self.refuse(ref, "may not be deleted")
        created = not old.strip("0")
        tip = self.repository[new]
        if not isinstance(tip, pygit2.Commit):
            return self.refuse(ref, "holds commits only")
        if created:
            return self.step(None, tip)
        steps = []
        end = pygit2.Oid(hex=old)
        commit = tip
        while commit.id != end:
            parents = commit.parent_ids
            if not parents:
                return self.refuse(ref, f"{old} is not on the first-parent line of {new}")
            steps.append((commit.id, parents[0]))
            commit = self.repository[parents[0]]
        before = self.repository[end]
        for identifier, _ in reversed(steps):
            commit = self.repository[identifier]
            self.step(before, commit)
            before = commit

    def step(self, before, commit):
        """Judges what one commit changes on the protected line."""
        old_tree = before.tree if before else None
        new_tree = commit.tree
        old, new = self.folder(old_tree, "deployments"), self.folder(new_tree, "deployments")
        if (old and old.id) != (new and new.id):
            for path, old_blob, new_blob, mode in self.changes(old, new):
                try:
                    if new_blob and mode != FileMode.BLOB:
                        raise Problem(f"deployments/{path}: not a regular file")
                    self.manifest(f"deployments/{path}", old_blob, new_blob, new_tree, commit if before else None)
                except Problem as problem:
                    self.refuse(commit.short_id, str(problem))
        old, new = self.folder(old_tree, "models"), self.folder(new_tree, "models")
        if old and (new is None or old.id != new.id):
            self.published(old, new, commit)

    def folder(self, tree, name):
        """A folder of a root tree, or nothing."""
        found = tree[name] if tree is not None and name in tree else None
        return found if isinstance(found, pygit2.Tree) else None

    def changes(self, old, new):
        """The paths that differ between two trees, with their old and new blobs and the new mode."""
        if new is not None and old is not None:
            diff = old.diff_to_tree(new)
        else:
            diff = (new or old).diff_to_tree(swap=new is not None)
        for delta in diff.deltas:
            removed = delta.status == DeltaStatus.DELETED
            added = delta.status == DeltaStatus.ADDED
            yield (
                delta.new_file.path,
                None if added else delta.old_file.id,
                None if removed else delta.new_file.id,
                delta.new_file.mode,
            )

    def _parsed(self, blob, path):
        return documents(self.repository[blob].data, path)

    def manifest(self, path, old_blob, new_blob, tree, commit):
        """Judges one manifest that a step adds, changes or removes."""
        _, environment, *rest = path.split("/")
        if len(rest) != 1 or not rest[0].endswith(".yaml"):
            raise Problem(f"{path}: only deployments/<environment>/<name>.yaml may stand here")
        stem = rest[0].removesuffix(".yaml")
        required = set()
        if new_blob:
            deployment, routing = self.parsed(new_blob, path)
            named = (deployment or routing)["metadata"]["name"]
            if named != stem:
                raise Problem(f"{path}: metadata.name `{named}` is not `{stem}`")
            if deployment:
                spec = deployment["spec"]
                if spec["environment"] != environment:
                    raise Problem(f"{path}: spec.environment `{spec['environment']}` is not `{environment}`")
                self.criteria(path, spec, tree)
                if spec["promotion_criteria"]["approval_required"]:
                    required.update(spec["promotion_criteria"]["approvers"])
                self.endpoint(path, old_blob, spec, environment, tree)
            if deployment and routing:
                for route in routing["spec"]["routes"]:
                    if route["weight"] > 0:
                        self.load(path, tree, deployment["spec"]["model"]["name"], route["model_version"])
        if old_blob:
            try:
                before, _ = self.parsed(old_blob, path)
                criteria = before["spec"]["promotion_criteria"] if before else {}
                if criteria.get("approval_required"):
                    required.update(criteria["approvers"])
            except Problem:
                pass
        if commit is not None:
            self.approvals(path, required, commit)

    def endpoint(self, path, old_blob, spec, environment, tree):
        """No other deployment of the environment may have this endpoint; looked for only when the step brings it."""
        endpoint = spec["serving"]["inference_endpoint"]
        if old_blob:
            try:
                before, _ = self.parsed(old_blob, path)
                if before and before["spec"]["serving"]["inference_endpoint"] == endpoint:
                    return
            except Problem:
                pass
        needle = endpoint.encode()
        for entry in tree["deployments"][environment]:
            other = f"deployments/{environment}/{entry.name}"
            if other == path or not isinstance(entry, pygit2.Blob) or needle not in entry.data:
                continue
            deployment, _ = self.parsed(entry.id, other)
            if deployment and deployment["spec"]["serving"]["inference_endpoint"] == endpoint:
                raise Problem(f"{path}: `{endpoint}` is {other}'s endpoint")

    def _evidence(self, blob):
        data = self.repository[blob].data
        if len(data) > MAX_BYTES:
            raise ValueError(f"{len(data)} bytes are more than {MAX_BYTES}")
        return json.loads(data, parse_float=Decimal, object_pairs_hook=unique)

    def load(self, path, tree, name, version):
        """The evidence of one version."""
        folder = f"models/{name}/{version}"
        try:
            blob = tree[f"{folder}/metadata.json"]
            evidence = self.evidence(blob.id)
        except KeyError:
            raise Problem(f"{path}: {folder}/metadata.json does not exist") from None
        except (ValueError, RecursionError) as error:
            raise Problem(f"{folder}/metadata.json: {error}") from None
        if not isinstance(evidence, dict) or (evidence.get("name"), evidence.get("version")) != (name, version):
            raise Problem(f"{folder}/metadata.json: not the evidence of {name} {version}")
        for artifact in evidence.get("artifacts", []):
            try:
                stands = tree[f"{folder}/{artifact['path']}"]
            except (KeyError, TypeError):
                raise Problem(f"{folder}: an artifact is missing") from None
            if stands.size != artifact.get("size") and not stands.data.startswith(b"version https://git-lfs"):
                raise Problem(f"{folder}/{artifact['path']}: not the listed size")
        return evidence

    def criteria(self, path, spec, tree):
        """Holds the evidence against the manifest's thresholds and its shadow test."""
        model, criteria = spec["model"], spec["promotion_criteria"]
        evidence = self.load(path, tree, model["name"], model["version"])
        failures = []
        if criteria["shadow_test_passed"] and evidence.get("shadow_test", {}).get("passed") is not True:
            failures.append(f"{path}: no passed shadow test")
        metrics = evidence.get("metrics", {})
        for name, threshold in criteria["evaluation_metrics"].items():
            if name not in metrics:
                failures.append(f"{path}: {name} was not measured")
                continue
            value = measured(metrics[name])
            for compare, dimension, bound in clauses(threshold):
                if value is None or value[0] != dimension:
                    failures.append(f"{path}: {name} {metrics[name]} cannot be compared with {threshold}")
                elif not compare(value[1], bound):
                    failures.append(f"{path}: {name} {metrics[name]} is not {threshold}")
        if failures:
            raise Problem("\n".join(failures))

    def approvals(self, path, required, commit):
        """Every required role must be claimed by a trailer, and not by the author or committer."""
        if not required:
            return
        own = {commit.author.name, commit.author.email, commit.committer.name, commit.committer.email}
        claimed = {value for value in trailers(commit.message, "approved-by") if value not in own}
        missing = sorted(required - claimed)
        if missing:
            raise Problem(f"{path}: not approved by {', '.join(missing)}")

    def published(self, old, new, commit):
        """Published evidence may not change."""
        if new is None:
            return self.refuse(commit.short_id, "models may not be removed")
        for delta in old.diff_to_tree(new).deltas:
            path = delta.old_file.path
            parts = path.split("/")
            if len(parts) > 2 and f"{parts[0]}/{parts[1]}/metadata.json" in old:
                self.refuse(commit.short_id, f"models/{path}: published evidence may not change")

    def refuse(self, where, message):
        """Adds a problem."""
        self.problems.append(f"{where}: {message}")


TRAILER = re.compile(r"([A-Za-z0-9-]+):[ \t]*(.*?)[ \t\r]*$")
CHERRY = re.compile(r"\(cherry picked from commit [0-9a-f]+\)\s*$")


def trailers(message, key):
    """The values of a trailer in the message's last paragraph, which must be all trailers."""
    paragraphs = re.split(r"\n[ \t\r]*\n", message.strip())
    if len(paragraphs) < 2:
        return []
    values = []
    for line in paragraphs[-1].split("\n"):
        match = TRAILER.match(line)
        if match is None:
            if CHERRY.match(line):
                continue
            return []
        if match[1].lower() == key:
            values.append(match[2])
    return values


def check_form(folder):
    """Parses and checks every manifest below a folder; the number of manifests and of problems."""
    count = problems = 0
    for environment in sorted(os.listdir(folder)):
        for name in sorted(os.listdir(os.path.join(folder, environment))):
            path = os.path.join(folder, environment, name)
            with open(path, "rb") as file:
                data = file.read()
            count += 1
            try:
                documents(data, path)
            except Problem as problem:
                problems += 1
                print(f"error: {problem}", file=sys.stderr)
    return count, problems


def main():
    """The hook."""
    if sys.argv[1:2] == ["--form"]:
        _, problems = check_form(sys.argv[2])
        return 1 if problems else 0
    lines = [line.split() for line in sys.stdin]
    if not lines:
        return 0
    # git has just hashed every object that it took in; hashing each again would only cost time
    pygit2.settings.enable_strict_hash_verification(False)
    gate = Gate(pygit2.Repository(os.environ.get("GIT_DIR", "."), RepositoryOpenFlag.FROM_ENV))
    for old, new, ref in lines:
        gate.judge(old, new, ref)
    for problem in gate.problems[:50]:
        print(f"error: {problem}", file=sys.stderr)
    if gate.problems:
        print(f"error: {len(gate.problems)} problems", file=sys.stderr)
    return 1 if gate.problems else 0


if __name__ == "__main__":
    sys.exit(main())
