-- Hosts whose agents send samples to this portal: so that a host that is away stays known over a start.
CREATE TABLE "agents" (
    "host" TEXT NOT NULL,
    "version" TEXT NOT NULL,
    "first_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL,
    "behind_samples" BIGINT NOT NULL,
    "behind_ms" BIGINT NOT NULL,
    "dropped_samples" BIGINT NOT NULL,
    "clock_offset_ms" BIGINT NOT NULL,

    CONSTRAINT "agents_pkey" PRIMARY KEY ("host")
);
