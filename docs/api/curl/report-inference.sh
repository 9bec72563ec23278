#!/usr/bin/env bash
# Tells the portal that a service has finished an inference. SIGHTLINE_API_KEY: a key of the kind ingest.
set -euo pipefail

curl --fail-with-body --silent --show-error -X POST \
  -H "Authorization: Bearer $SIGHTLINE_API_KEY" \
  -H "Content-Type: application/json" \
  -d "{\"inferences\": [{
        \"service\": \"caption\", \"model\": \"qwen2.5-vl-7b\",
        \"count\": 1, \"gpuSeconds\": 0.8, \"latencyMs\": 950, \"at\": $(date +%s)000
      }]}" \
  "$SIGHTLINE_URL/api/ingest/inferences"
echo
