"""Makes a key that reads for a day, uses it, and revokes it. SIGHTLINE_API_KEY: a key of the kind admin."""

from sightline import SightlineError, call

made = call("/api/keys/create", body={"name": "worked example", "kind": "read", "expiresInDays": 1})
secret = made["secret"]  # shown here and never again


def outcome():
    try:
        call("/api/gpu/latest", key=secret)
        return 200
    except SightlineError as error:  # error.code: UNAUTHENTICATED
        return error.status


print(f"made: {outcome()}")
call("/api/keys/revoke", body={"id": made["key"]["id"]})
print(f"revoked: {outcome()}")
