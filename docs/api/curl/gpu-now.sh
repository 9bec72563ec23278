#!/usr/bin/env bash
# What every GPU does now: index, name, utilisation in percent, used memory in MiB. Null means not known.
# SIGHTLINE_URL and SIGHTLINE_API_KEY (a key of the kind read) come from the environment.
set -euo pipefail

state=$(curl --fail-with-body --silent --show-error \
  -H "Authorization: Bearer $SIGHTLINE_API_KEY" \
  "$SIGHTLINE_URL/api/system/gpu")

# One object a GPU in "gpus"; with jq: jq -r '.gpus[] | "\(.gpu_index) \(.utilization) \(.memory_used)"'
echo "$state" | sed 's/.*"gpus"://' | tr '{' '\n' |
  sed -nE 's/.*"gpu_name":("[^"]*"|null),"utilization":([^,]*),"memory_used":([^,]*),.*"gpu_index":([^,]*),.*/\4 \1 \2 \3/p'
