#!/usr/bin/env bash
# Memory pressure without polling: each request waits until something changes, at most 5 s here (30 at most).
# Prints the level and how many inferences to allow at once. ROUNDS: how many answers to take, 2 unless it is set.
set -euo pipefail

version=""
for _ in $(seq "${ROUNDS:-2}"); do
  wait=${version:+&wait=5&version=$version}
  answer=$(curl --fail-with-body --silent --show-error \
    -H "Authorization: Bearer $SIGHTLINE_API_KEY" \
    "$SIGHTLINE_URL/api/system/gpu/pressure?max=8$wait")
  version=$(echo "$answer" | grep -o '"version":[0-9]*' | head -n 1 | cut -d: -f2)
  level=$(echo "$answer" | grep -oE '"current_level":("[a-z]*"|null)' | cut -d: -f2)
  allowed=$(echo "$answer" | grep -o '"advised_concurrency":[0-9]*' | head -n 1 | cut -d: -f2)
  echo "level $level, $allowed at once"
done
