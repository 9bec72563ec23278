"""Tells the portal that a service has finished an inference. SIGHTLINE_API_KEY: a key of the kind ingest."""

import json
import time

from sightline import call

inference = {
    "service": "caption",
    "model": "qwen2.5-vl-7b",
    "count": 1,
    "gpuSeconds": 0.8,
    "latencyMs": 950,
    "at": int(time.time() * 1000),
}
print(json.dumps(call("/api/inference/report", body={"inferences": [inference]}), separators=(",", ":")))
