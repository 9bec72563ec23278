-- Signing in by an OpenID provider. An account belongs to one person at a provider, never to two.
DROP INDEX "user_identities_user_id_idx";
CREATE UNIQUE INDEX "user_identities_user_id_issuer_key" ON "user_identities"("user_id", "issuer");

-- Seals the cookie of an attempt, for all portals on this database. Whoever reads it can make attempts of their own, which anybody may.
CREATE TABLE "oidc_sealing_key" (
    "id" INTEGER NOT NULL,
    "key" BYTEA NOT NULL,

    CONSTRAINT "oidc_sealing_key_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "oidc_sealing_key_single" CHECK ("id" = 1)
);

-- Attempts whose answer came, so that none is answered twice, at whichever portal.
CREATE TABLE "oidc_used_attempts" (
    "id" UUID NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "oidc_used_attempts_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "oidc_used_attempts_expires_at_idx" ON "oidc_used_attempts"("expires_at");
