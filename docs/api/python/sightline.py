"""Calls a Sightline portal with nothing but the standard library. The other examples import it."""

import json
import os
import urllib.error
import urllib.parse
import urllib.request

URL = os.environ.get("SIGHTLINE_URL", "http://127.0.0.1:3000")


class SightlineError(Exception):
    """A refused call: `code` is one of the codes of /api/docs, `request_id` leads to the server's log."""

    def __init__(self, status, error):
        super().__init__(error["message"])
        self.status = status
        self.code = error["code"]
        self.request_id = error["request_id"]


def call(path, query=None, body=None, key=None, timeout=30):
    """GET, or POST of a body as JSON. Answers the JSON that came; raises SightlineError when the portal refuses."""
    address = URL + path
    if query:
        address += "?" + urllib.parse.urlencode(query, doseq=True)  # lists are repeated
    request = urllib.request.Request(address)
    request.add_header("Authorization", "Bearer " + (key or os.environ["SIGHTLINE_API_KEY"]))
    if body is not None:
        request.data = json.dumps(body).encode()
        request.add_header("Content-Type", "application/json")
    try:
        with urllib.request.urlopen(request, timeout=timeout) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refused:
        raise SightlineError(refused.code, json.load(refused)["error"]) from None
