#!/usr/bin/env bash
# All samples of GPU 0 in pages of 50, the newest page first: how many came, page by page, at most 10 pages.
set -euo pipefail

cursor=""
for page in $(seq 10); do
  answer=$(curl --fail-with-body --silent --show-error --get \
    -H "Authorization: Bearer $SIGHTLINE_API_KEY" \
    --data-urlencode "gpu=0" \
    --data-urlencode "limit=50" \
    ${cursor:+--data-urlencode "cursor=$cursor"} \
    "$SIGHTLINE_URL/api/system/gpu/history")
  echo "page $page: $(echo "$answer" | grep -o '"total":[0-9]*' | cut -d: -f2) samples"
  # Null at the end: then nothing is found, and this was the last page.
  cursor=$(echo "$answer" | grep -o '"next_cursor":"[^"]*"' | cut -d'"' -f4 || true)
  if [ -z "$cursor" ]; then break; fi
done
