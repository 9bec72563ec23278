-- What prompts are counted with and measured against.
CREATE TABLE "tokenizer_files" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "source" TEXT NOT NULL,
    "path" TEXT,
    "sha256" TEXT NOT NULL,
    "size_bytes" INTEGER NOT NULL,
    "description" TEXT NOT NULL,
    "vocabulary_size" INTEGER NOT NULL,
    "content" BYTEA,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "created_by" TEXT NOT NULL,

    CONSTRAINT "tokenizer_files_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "tokenizer_files_source_known" CHECK ("source" IN ('file', 'upload'))
);

CREATE UNIQUE INDEX "tokenizer_files_name_key" ON "tokenizer_files"("name");

CREATE TABLE "model_servers" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "url" TEXT NOT NULL,
    "model" TEXT,
    "secret" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "observed_at" TIMESTAMPTZ(3),
    "observed_slot_window" INTEGER,
    "observed_slots" INTEGER,
    "observed_model" TEXT,
    "last_error_at" TIMESTAMPTZ(3),
    "last_error" TEXT,

    CONSTRAINT "model_servers_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "model_servers_name_key" ON "model_servers"("name");

CREATE TABLE "model_profiles" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "model_names" TEXT[] NOT NULL,
    "context_window" INTEGER NOT NULL,
    "parallel_slots" INTEGER NOT NULL,
    "max_output_tokens" INTEGER NOT NULL,
    "warning_threshold" DOUBLE PRECISION NOT NULL,
    "truncation_enabled" BOOLEAN NOT NULL,
    "counting" JSONB NOT NULL,
    "tokenizer_id" UUID,
    "server_id" UUID,
    "chat_template" TEXT NOT NULL,
    "section_priorities" JSONB NOT NULL,
    "overrides" JSONB NOT NULL,
    "kv_shape" JSONB,
    "weights_gib" DOUBLE PRECISION,
    "is_default" BOOLEAN NOT NULL,
    "version" INTEGER NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL,
    "updated_by" TEXT,

    CONSTRAINT "model_profiles_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "model_profiles_window_leaves_room" CHECK ("context_window" / "parallel_slots" > "max_output_tokens"),
    CONSTRAINT "model_profiles_tokenizer_id_fkey" FOREIGN KEY ("tokenizer_id") REFERENCES "tokenizer_files"("id") ON DELETE RESTRICT ON UPDATE CASCADE,
    CONSTRAINT "model_profiles_server_id_fkey" FOREIGN KEY ("server_id") REFERENCES "model_servers"("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

CREATE UNIQUE INDEX "model_profiles_name_key" ON "model_profiles"("name");
CREATE UNIQUE INDEX "model_profiles_lower_name_key" ON "model_profiles"(lower("name"));
CREATE UNIQUE INDEX "model_profiles_one_default_key" ON "model_profiles"("is_default") WHERE "is_default";

-- The ledger: what was validated. Never a text.
CREATE TABLE "token_validations" (
    "id" BIGSERIAL NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "profile_id" UUID NOT NULL,
    "key_id" UUID,
    "request_id" TEXT NOT NULL,
    "trace_id" TEXT,
    "tokens" INTEGER NOT NULL,
    "final_tokens" INTEGER NOT NULL,
    "available_tokens" INTEGER NOT NULL,
    "context_window" INTEGER NOT NULL,
    "max_output_tokens" INTEGER NOT NULL,
    "utilization" DOUBLE PRECISION NOT NULL,
    "outcome" TEXT NOT NULL,
    "was_truncated" BOOLEAN NOT NULL,
    "removed" JSONB NOT NULL,
    "sections" JSONB,
    "method_kind" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,
    "method_warning" TEXT,
    "lost_tokens" INTEGER,

    CONSTRAINT "token_validations_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "token_validations_outcome_known" CHECK ("outcome" IN ('ok', 'warning', 'over'))
);

CREATE INDEX "token_validations_recorded_at_idx" ON "token_validations"("recorded_at", "id");
CREATE INDEX "token_validations_request_id_idx" ON "token_validations"("request_id");
CREATE INDEX "token_validations_service_recorded_at_idx" ON "token_validations"("service", "recorded_at", "id");
CREATE INDEX "token_validations_model_recorded_at_idx" ON "token_validations"("model", "recorded_at", "id");
-- Most prompts fit: what is looked for is rare, and has small indexes of its own. They are not in schema.prisma, which knows none with a condition.
CREATE INDEX "token_validations_outcome_idx" ON "token_validations"("outcome", "recorded_at", "id") WHERE "outcome" <> 'ok';
CREATE INDEX "token_validations_truncated_idx" ON "token_validations"("recorded_at", "id") WHERE "was_truncated";
CREATE INDEX "token_validations_cut_idx" ON "token_validations"("recorded_at", "id") WHERE "lost_tokens" IS NOT NULL;
CREATE INDEX "token_validations_untouched_over_idx" ON "token_validations"("recorded_at", "id") WHERE "outcome" = 'over' AND NOT "was_truncated";

-- Texts of prompts, only while PROMPT_SAMPLES is on.
CREATE TABLE "prompt_samples" (
    "validation_id" BIGINT NOT NULL,
    "text" TEXT NOT NULL,
    "is_shortened" BOOLEAN NOT NULL,
    "recorded_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "prompt_samples_pkey" PRIMARY KEY ("validation_id"),
    CONSTRAINT "prompt_samples_validation_id_fkey" FOREIGN KEY ("validation_id") REFERENCES "token_validations"("id") ON DELETE CASCADE ON UPDATE CASCADE
);

CREATE INDEX "prompt_samples_recorded_at_idx" ON "prompt_samples"("recorded_at");

-- By the minute and by the hour: written in the transaction of the validations and reports themselves. Counts of buckets end with the last
-- bucket that holds something, so that a minute is a small row. What is known of the newest validation stands beside its sums.
CREATE TABLE "token_usage" (
    "step_seconds" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "prompts" BIGINT NOT NULL DEFAULT 0,
    "tokens_sum" BIGINT NOT NULL DEFAULT 0,
    "tokens_max" INTEGER NOT NULL DEFAULT 0,
    "utilization_sum" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "utilization_max" DOUBLE PRECISION NOT NULL DEFAULT 0,
    "utilization_counts" INTEGER[] NOT NULL DEFAULT '{}',
    "size_counts" INTEGER[] NOT NULL DEFAULT '{}',
    "cut_counts" INTEGER[] NOT NULL DEFAULT '{}',
    "warnings" BIGINT NOT NULL DEFAULT 0,
    "over" BIGINT NOT NULL DEFAULT 0,
    "truncated" BIGINT NOT NULL DEFAULT 0,
    "silent_cuts" BIGINT NOT NULL DEFAULT 0,
    "reported_prompt_tokens" BIGINT NOT NULL DEFAULT 0,
    "reported_completion_tokens" BIGINT NOT NULL DEFAULT 0,
    "newest_at" TIMESTAMPTZ(3),
    "newest_context_window" INTEGER,
    "newest_available_tokens" INTEGER,
    "newest_method_kind" TEXT,
    "newest_method_name" TEXT,
    "newest_method_warning" TEXT,

    CONSTRAINT "token_usage_pkey" PRIMARY KEY ("step_seconds", "at", "service", "model")
) WITH (fillfactor = 80); -- the row of now is written again and again: there is room for the next version beside it

CREATE TABLE "token_removals" (
    "step_seconds" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "section" TEXT NOT NULL,
    "prompts" BIGINT NOT NULL,
    "saved_tokens" BIGINT NOT NULL,

    CONSTRAINT "token_removals_pkey" PRIMARY KEY ("step_seconds", "at", "service", "model", "section")
) WITH (fillfactor = 80);

-- What servers reported. The pair of service and request is counted once, however often it comes.
CREATE TABLE "token_reports" (
    "service" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "key_id" UUID,
    "trace_id" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "prompt_tokens" INTEGER NOT NULL,
    "completion_tokens" INTEGER NOT NULL,
    "validation_id" BIGINT,

    CONSTRAINT "token_reports_pkey" PRIMARY KEY ("service", "request_id")
);

CREATE INDEX "token_reports_at_idx" ON "token_reports"("at");
CREATE INDEX "token_reports_request_id_idx" ON "token_reports"("request_id");
-- Reports whose validation may still come. Not in schema.prisma, which knows no index with a condition.
CREATE INDEX "token_reports_alone_idx" ON "token_reports"("at") WHERE "validation_id" IS NULL;

CREATE TABLE "silent_cuts" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "model" TEXT NOT NULL,
    "request_id" TEXT NOT NULL,
    "trace_id" TEXT,
    "sent_tokens" INTEGER NOT NULL,
    "counted_tokens" INTEGER NOT NULL,
    "method_kind" TEXT NOT NULL,

    CONSTRAINT "silent_cuts_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "silent_cuts_at_idx" ON "silent_cuts"("at");
CREATE UNIQUE INDEX "silent_cuts_service_request_id_key" ON "silent_cuts"("service", "request_id");

-- How far each method is from what servers report, a model. Sums, so that several portals add to the same row. Calls by ratio: domain/tokens/ratio-counts.ts.
CREATE TABLE "counting_errors" (
    "model" TEXT NOT NULL,
    "method_kind" TEXT NOT NULL,
    "method_name" TEXT NOT NULL,
    "calls" BIGINT NOT NULL,
    "ratio_sum" DOUBLE PRECISION NOT NULL,
    "worst_ratio" DOUBLE PRECISION NOT NULL,
    "ratio_counts" BIGINT[] NOT NULL,

    CONSTRAINT "counting_errors_pkey" PRIMARY KEY ("model", "method_kind", "method_name")
);

-- Tokens a day, service, key and hour: what budgets are measured with, written in the transaction of the report.
CREATE TABLE "token_days" (
    "day" DATE NOT NULL,
    "hour_at" TIMESTAMPTZ(3) NOT NULL,
    "service" TEXT NOT NULL,
    "key_id" TEXT NOT NULL,
    "prompt_tokens" BIGINT NOT NULL,
    "completion_tokens" BIGINT NOT NULL,

    CONSTRAINT "token_days_pkey" PRIMARY KEY ("day", "hour_at", "service", "key_id")
);

CREATE TABLE "token_budgets" (
    "id" UUID NOT NULL,
    "name" TEXT NOT NULL,
    "service" TEXT,
    "key_id" UUID,
    "daily_tokens" BIGINT NOT NULL,
    "counts" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "token_budgets_pkey" PRIMARY KEY ("id"),
    CONSTRAINT "token_budgets_counts_known" CHECK ("counts" IN ('total', 'prompt', 'completion'))
);

CREATE UNIQUE INDEX "token_budgets_name_key" ON "token_budgets"("name");

-- Each mark of a day once, by whichever portal saw it first.
CREATE TABLE "token_budget_marks" (
    "budget_id" UUID NOT NULL,
    "day" DATE NOT NULL,
    "mark" INTEGER NOT NULL,
    "reached_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "token_budget_marks_pkey" PRIMARY KEY ("budget_id", "day", "mark"),
    CONSTRAINT "token_budget_marks_budget_id_fkey" FOREIGN KEY ("budget_id") REFERENCES "token_budgets"("id") ON DELETE CASCADE ON UPDATE CASCADE
);
