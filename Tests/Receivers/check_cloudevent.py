"""Checks received messages as a stranger would: CloudEvents by PyPI's parser, the signature by the scheme's own words.

usage: check_cloudevent.py RECEIVED.jsonl SECRET...   prints one line a message: `<id> <number of good signatures>`
"""

import base64
import hashlib
import hmac
import json
import sys

from cloudevents.v1.http import from_http

for line in open(sys.argv[1]):
    message = json.loads(line)
    body = base64.b64decode(message["body"])
    headers = message["headers"]
    event = from_http(headers, body)
    assert headers["content-type"].startswith("application/cloudevents+json"), headers
    assert event["specversion"] == "1.0" and event["type"].startswith("mlops."), event
    assert headers["webhook-id"] == event["id"], headers
    assert not event["type"].startswith("mlops.reconcile.") or event.data["changes"], event
    good = 0
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    for secret in sys.argv[2:]:
        key = base64.b64decode(secret[6:]) if secret.startswith("whsec_") else secret.encode()
        wanted = "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        good += any(hmac.compare_digest(wanted, given) for given in headers["webhook-signature"].split(" "))
    print(event["id"], good)
