#!/usr/bin/env bash
# Makes a key that reads for a day, uses it, and revokes it. SIGHTLINE_API_KEY: a key of the kind admin.
set -euo pipefail

post() {
  curl --fail-with-body --silent --show-error -X POST \
    -H "Authorization: Bearer $SIGHTLINE_API_KEY" \
    -H "Content-Type: application/json" \
    -d "$2" "$SIGHTLINE_URL$1"
}
status_with() {
  curl --silent --output /dev/null --write-out '%{http_code}' \
    -H "Authorization: Bearer $1" "$SIGHTLINE_URL/api/gpu/latest"
}

made=$(post /api/keys/create '{"name": "worked example", "kind": "read", "expiresInDays": 1}')
id=$(echo "$made" | grep -o '"id":"[^"]*"' | head -n 1 | cut -d'"' -f4)
secret=$(echo "$made" | grep -o '"secret":"[^"]*"' | cut -d'"' -f4) # shown here and never again

echo "made: $(status_with "$secret")"
post /api/keys/revoke "{\"id\": \"$id\"}" >/dev/null
echo "revoked: $(status_with "$secret")"
