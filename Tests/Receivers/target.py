"""A place where models run, for the `command` adapter: docs/reconciler.md has its format.

usage: target.py FOLDER OPERATION   keeps what runs in FOLDER/running.json, and what it was told in FOLDER/told

A version is never ready while FOLDER/never-<version> is there. A token below one that was seen is refused.
"""

import json
import os
import sys

folder, operation = sys.argv[1:3]
told = json.load(sys.stdin)
assert told["operation"] == operation, told
path = os.path.join(folder, "running.json")
running = {"token": 0, "deployments": {}}
if os.path.exists(path):
    with open(path) as file:
        running = json.load(file)
with open(os.path.join(folder, "told"), "a") as file:
    file.write(f"{operation} {told.get('version', '-')}\n")


def keep():
    with open(path + ".new", "w") as file:
        json.dump(running, file)
    os.rename(path + ".new", path)


def never(version):
    return os.path.exists(os.path.join(folder, "never-" + version))


deployments = running["deployments"]
if "fencing_token" in told:
    if told["fencing_token"] < running["token"]:
        sys.exit(f"the token {told['fencing_token']} is older than {running['token']}")
    running["token"] = told["fencing_token"]
if operation == "observe":
    for one in deployments.values():
        for name, version in one["versions"].items():
            version["ready"] = not never(name)
    print(json.dumps({"deployments": deployments}))
elif operation == "ready":
    print(json.dumps({"ready": not never(told["version"])}))
elif operation == "deploy":
    with open(os.path.join(told["directory"], "model.onnx")) as file:
        weights = file.read()
    one = deployments.setdefault(told["deployment"]["name"], {"versions": {}})
    one["versions"][told["version"]] = {"identity": told["identity"], "since": 1, "weights": weights}
    keep()
elif operation == "route":
    deployments[told["deployment"]["name"]]["routes"] = told["deployment"]["routes"]
    keep()
elif operation == "retire":
    deployments[told["deployment"]]["versions"].pop(told["version"], None)
    keep()
elif operation == "remove":
    deployments.pop(told["deployment"], None)
    keep()
else:
    sys.exit(f"{operation} is no operation")
