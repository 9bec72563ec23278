-- Memory pressure: what level each GPU is at, what happened, and who is told.

-- One row a GPU that ever left "normal": a restart goes on from here.
CREATE TABLE "gpu_pressure_states" (
    "gpu_uuid" TEXT NOT NULL,
    "level" TEXT NOT NULL,
    "since" TIMESTAMPTZ(3) NOT NULL,
    "warning_count" INTEGER NOT NULL DEFAULT 0,
    "critical_count" INTEGER NOT NULL DEFAULT 0,
    "last_warning_at" TIMESTAMPTZ(3),
    "last_critical_at" TIMESTAMPTZ(3),

    CONSTRAINT "gpu_pressure_states_pkey" PRIMARY KEY ("gpu_uuid"),
    CONSTRAINT "gpu_pressure_states_level_check" CHECK ("level" IN ('normal', 'warning', 'critical'))
);

CREATE TABLE "gpu_pressure_events" (
    "id" BIGSERIAL NOT NULL,
    "sequence" BIGINT NOT NULL,
    "kind" TEXT NOT NULL,
    "gpu_uuid" TEXT NOT NULL,
    "host" TEXT NOT NULL,
    "gpu_index" INTEGER NOT NULL,
    "source" TEXT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "from_level" TEXT,
    "level" TEXT NOT NULL,
    "share" DOUBLE PRECISION,
    "memory_used" DOUBLE PRECISION,
    "memory_total" DOUBLE PRECISION,
    "seconds_to_critical" DOUBLE PRECISION,
    "confidence" DOUBLE PRECISION,

    CONSTRAINT "gpu_pressure_events_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "gpu_pressure_events_kind_check" CHECK ("kind" IN ('level', 'forecast', 'forecast_reached', 'forecast_cleared')),
    CONSTRAINT "gpu_pressure_events_level_check" CHECK ("level" IN ('normal', 'warning', 'critical'))
);

-- Several portals may see the same sample: the second one adds nothing.
CREATE UNIQUE INDEX "gpu_pressure_events_gpu_uuid_at_kind_level_key" ON "gpu_pressure_events"("gpu_uuid", "at", "kind", "level");
CREATE INDEX "gpu_pressure_events_at_idx" ON "gpu_pressure_events"("at");
CREATE INDEX "gpu_pressure_events_sequence_idx" ON "gpu_pressure_events"("sequence");

CREATE TABLE "gpu_pressure_webhooks" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "secret" TEXT NOT NULL,
    "enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "secret_at" TIMESTAMPTZ(3) NOT NULL,
    "last_success_at" TIMESTAMPTZ(3),
    "last_failure_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "gpu_pressure_webhooks_pkey" PRIMARY KEY ("id")
);

COMMENT ON COLUMN "gpu_pressure_webhooks"."secret" IS 'Signs deliveries; in no list, no log, no error';

-- The outbox: one row a transition and target, written in the transaction of the transition.
CREATE TABLE "gpu_pressure_deliveries" (
    "id" BIGSERIAL NOT NULL,
    "webhook_id" UUID NOT NULL,
    "event_id" BIGINT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'waiting',
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "next_attempt_at" TIMESTAMPTZ(3) NOT NULL,
    "ended_at" TIMESTAMPTZ(3),

    CONSTRAINT "gpu_pressure_deliveries_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "gpu_pressure_deliveries_state_check" CHECK ("state" IN ('waiting', 'delivered', 'failed')),
    CONSTRAINT "gpu_pressure_deliveries_webhook_id_fkey" FOREIGN KEY ("webhook_id") REFERENCES "gpu_pressure_webhooks"("id") ON DELETE CASCADE ON UPDATE CASCADE,
    CONSTRAINT "gpu_pressure_deliveries_event_id_fkey" FOREIGN KEY ("event_id") REFERENCES "gpu_pressure_events"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "gpu_pressure_deliveries_webhook_id_state_id_idx" ON "gpu_pressure_deliveries"("webhook_id", "state", "id");
CREATE INDEX "gpu_pressure_deliveries_event_id_idx" ON "gpu_pressure_deliveries"("event_id");
