"""Memory pressure without polling: each request waits until something changes, at most 5 s here (30 at most).

Prints the level and how many inferences to allow at once. ROUNDS: how many answers to take, 2 unless it is set.
"""

import os

from sightline import call

query = {"max": 8}
for _ in range(int(os.environ.get("ROUNDS", "2"))):
    pressure = call("/api/system/gpu/pressure", query, timeout=40)
    query.update(wait=5, version=pressure["version"])
    level = pressure["current_level"] or "null"
    print(f"level {level}, {pressure['advised_concurrency']} at once", flush=True)
