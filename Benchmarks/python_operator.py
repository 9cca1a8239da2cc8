"""The peer of a pass with nothing to do: fetch, read every manifest with PyYAML's C loader, look where `current` leads.

    python_operator.py CLONE ENVIRONMENT PLACE

It does less than a pass: it judges nothing, reads no evidence, and believes each link.
"""

import os
import subprocess
import sys

import yaml


def manifests(clone, environment):
    """The content of each manifest at the branch's tip."""
    listed = subprocess.run(
        ["git", "ls-tree", "-z", "FETCH_HEAD", f"deployments/{environment}/"], cwd=clone, stdout=subprocess.PIPE, check=True
    ).stdout
    names = [entry.split()[2] for entry in listed.split(b"\0") if entry.endswith(b".yaml")]
    blobs = subprocess.run(
        ["git", "cat-file", "--batch"], cwd=clone, input=b"\n".join(names) + b"\n", stdout=subprocess.PIPE, check=True
    ).stdout
    place = 0
    while place < len(blobs):
        end = blobs.index(b"\n", place)
        size = int(blobs[place:end].split()[2])
        yield blobs[end + 1 : end + 1 + size]
        place = end + size + 2


def main():
    """Compares; 1 where something is to be done."""
    clone, environment, place = sys.argv[1:]
    subprocess.run(["git", "fetch", "-q", "origin", "HEAD"], cwd=clone, check=True)
    wanted = 0
    for content in manifests(clone, environment):
        document = yaml.load(content, Loader=yaml.CSafeLoader)
        name, version = document["metadata"]["name"], document["spec"]["model"]["version"]
        try:
            wanted += os.readlink(f"{place}/{name}/current") != f"versions/{version}"
        except FileNotFoundError:
            wanted += 1
    return 1 if wanted else 0


if __name__ == "__main__":
    sys.exit(main())
